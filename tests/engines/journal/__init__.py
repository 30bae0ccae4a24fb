"""engines/journal."""
