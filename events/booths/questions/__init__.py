"""What a booth's helpers fill in after a scan, and how its phones lock."""
