"""Who takes what, by when, and why."""
