"""What a sponsor sets up for its booth (questions, settings, its team), and what its helpers note about leads."""
