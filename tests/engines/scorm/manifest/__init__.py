"""Manifests made here, small and each with one thing to look at."""
