"""What the product costs, each figure as a ratio against something else that was measured in the same run."""
