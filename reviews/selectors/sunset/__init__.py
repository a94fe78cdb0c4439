"""What the pages of the sunset register read."""
