"""engines/progress."""
