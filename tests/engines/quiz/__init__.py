"""engines/quiz."""
