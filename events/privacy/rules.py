"""Which block an act of the person sets, and what she may lift herself. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from events.terms import Block


class RequestKind(StrEnum):
    """Requests that take effect when they arrive, before anybody has looked at them (scenarios 27, 28; S3.1-others-2)."""

    RESTRICTION = "restriction"
    ERASURE = "erasure"
    IMPROPER_SOURCE = "improper_source"


BLOCK_OF_REQUEST: Final[Mapping[RequestKind, Block]] = {
    RequestKind.RESTRICTION: Block.RESTRICTED,
    RequestKind.ERASURE: Block.ERASING,
    RequestKind.IMPROPER_SOURCE: Block.IMPROPER_SOURCE_CLAIM,
}

# §10.1: the person's own switches; she sets them without a reason and only she lifts them
OWN_SWITCHES: Final = (Block.OPT_OUT_THIRD, Block.OBJECT_DM_THIRD, Block.OBJECT_DM_OWN)
