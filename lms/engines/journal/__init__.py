"""Decides what becomes of the operations a page sends: apply, duplicate, late, conflict, refused. See `decide`."""
