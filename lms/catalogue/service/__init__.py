"""Everything that changes courses: publishing, retiring and reopening, correcting a key."""

from lms.catalogue.service.corrections import correct_key
from lms.catalogue.service.publish import LEVELS, Published, publish, publish_package
from lms.catalogue.service.retire import reopen, retire

__all__ = ["LEVELS", "Published", "correct_key", "publish", "publish_package", "reopen", "retire"]
