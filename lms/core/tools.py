"""What job handlers may need besides the session they are given."""

from dataclasses import dataclass

from lms.core.config import Settings
from lms.core.mail import Mailer
from lms.core.storage import Storage


@dataclass(frozen=True, slots=True)
class Tools:
    settings: Settings
    storage: Storage
    mailer: Mailer
