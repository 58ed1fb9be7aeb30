"""What a helper notes about a lead, on the phone that scanned it."""
