"""Pages of the catalogue: files of versions, and the instructor's desk with the preview of drafts."""

from lms.catalogue.views.files import blueprint as catalogue
from lms.catalogue.views.preview import blueprint as desk

__all__ = ["catalogue", "desk"]
