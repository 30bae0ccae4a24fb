"""Reading lessons: place, time, self-checks."""
