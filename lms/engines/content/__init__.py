"""A course folder becomes a checked, immutable Course; two versions become a difference."""
