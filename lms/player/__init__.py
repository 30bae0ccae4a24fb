"""Packages run here: on hosts of their own, with nothing of the LMS's session. See `content` and `runtime`."""
