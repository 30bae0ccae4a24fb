"""A demonstration's people and their progress, made by the services as anybody's is."""

from lms.cli.demo.fill import fill

__all__ = ["fill"]
