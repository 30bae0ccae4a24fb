"""Everything that changes courses: publishing, retiring, correcting a key."""

from lms.catalogue.service.corrections import correct_key
from lms.catalogue.service.publish import LEVELS, Published, publish, retire

__all__ = ["LEVELS", "Published", "correct_key", "publish", "retire"]
