"""Where a person stands in a course: completion and its explanation, locks, reading, what comes next, the bar."""
