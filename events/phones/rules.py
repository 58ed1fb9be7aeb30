"""How long the phones at an event's doors are phones. Pure."""

from datetime import timedelta
from typing import Final

# how long after the event's end they let in and look up, and how long after that they may hand over what they read; phones.sql
# says the same in access.doors_over and access.refresh_device
DOORS_STAY_OPEN: Final = timedelta(hours=12)
DOORS_HAND_OVER: Final = timedelta(days=3)
