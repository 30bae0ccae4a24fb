"""Pages of the catalogue: the instructor's desk with the preview of drafts and the upload of packages."""

from lms.catalogue.views import hosts, packages, preview
from lms.catalogue.views.desk import blueprint as desk

__all__ = ["desk", "hosts", "packages", "preview"]
