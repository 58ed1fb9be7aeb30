"""What a phone is told: what it is for, and which badges are good while it is offline."""
