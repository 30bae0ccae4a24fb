"""Courses and their immutable versions, from files to rows."""
