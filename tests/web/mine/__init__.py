"""A person's own pages: what she does there is what the API does, and whoever had her data is told."""
