"""Certificates: issued once, rendered on demand, checked by anybody."""
