"""Badges: the opaque code on each badge, and the QR that carries it."""
