"""Runs of content packages: what a player's calls come to, and what a registration remembers between two of them."""
