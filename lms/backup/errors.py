"""What stops a backup or a restore: one sentence that says what is wrong and what to do."""

import errno

from lms.core.errors import DomainError

#: What the system says of a disk, a quota or a limit that is full.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Refused(DomainError):
    """Nothing was changed, or what was begun has been taken back."""

    code = "backup"


class Damaged(Refused):
    """The file is not what was written: cut off, changed, or never a backup."""


class Busy(Refused):
    """Somebody else is at it just now; trying again later may do."""
