"""Booths: questions, settings, teams and notes."""
