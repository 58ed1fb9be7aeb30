"""Paper: what people print or keep as a file, typeset here, with Thai shaped as it is written."""
