"""Pages of the catalogue: the instructor's desk with the preview of drafts."""

from lms.catalogue.views.preview import blueprint as desk

__all__ = ["desk"]
