"""How a phone joins with a one-use code, and changes its tokens from then on."""
