"""Content packages (SCORM, IMS) as other tools export them, in a ZIP or a folder: checked, stored, made a version."""

from lms.catalogue.packages.check import Checked, check, is_package
from lms.catalogue.packages.contents import LIMITS
from lms.catalogue.packages.export import exported
from lms.catalogue.packages.naming import chosen, kept_setting
from lms.catalogue.packages.ready import MARKED, OPENED, Options, Ready, describe, prepare, store

__all__ = [
    "LIMITS",
    "MARKED",
    "OPENED",
    "Checked",
    "Options",
    "Ready",
    "check",
    "chosen",
    "describe",
    "exported",
    "is_package",
    "kept_setting",
    "prepare",
    "store",
]
