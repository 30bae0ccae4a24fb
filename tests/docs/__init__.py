"""The papers of the product say what the product does."""
