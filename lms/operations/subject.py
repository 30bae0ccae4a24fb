"""What is examined, and how far."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import Storage


@dataclass(frozen=True, slots=True)
class Subject:
    """`deep`: read everything, which may take hours. `quick`: nothing that grows with the data. `mail_to`: send a
    message there."""

    settings: Settings
    db: Database
    storage: Storage
    deep: bool = False
    quick: bool = False
    mail_to: str = ""
    clock: Callable[[], datetime] = now

    @property
    def production(self) -> bool:
        return self.settings.mode == "production"
