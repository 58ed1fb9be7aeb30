"""Which badges are good while a phone is offline: hashes, under a key of this event and booth."""
