"""Who acts for a sponsor: its admins and helpers."""
