"""Grades as CSV, XLSX and JSON: one row a registration, streamed from one snapshot in constant memory."""

from lms.reports.export.formats import FORMATS, write
from lms.reports.export.rows import Grades, columns_of, open_grades

__all__ = ["FORMATS", "Grades", "columns_of", "open_grades", "write"]
