"""A phone's life: its desk offers it a place and may revoke it, it enrols, is told what it is for, signs out. What it reads is
taken by `scanning`."""
