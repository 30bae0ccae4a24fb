"""Who is about to end says so before: one byte that the supervisor sets and its web processes see."""

import mmap
import os
import tempfile
from functools import cache

#: Names the descriptor of the byte for the processes that inherit it.
VARIABLE = "CLEANROOM_DRAIN_FD"
#: Names the descriptor on which web processes say that they take requests.
READY = "CLEANROOM_READY_FD"
#: Each answer closes its connection, because other processes of the node take over; and the node itself goes.
LEAVING, DRAINING = 1, 2


class Drain:
    """The supervisor's end. `descriptor` is to be inherited, and `VARIABLE` to name it."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(b"\0")
            file.flush()
            self.descriptor = os.dup(file.fileno())
        os.set_inheritable(self.descriptor, True)

    def say(self, what: int) -> None:
        os.pwrite(self.descriptor, bytes((what,)), 0)

    def close(self) -> None:
        os.close(self.descriptor)


@cache
def _byte() -> mmap.mmap | None:
    number = os.environ.get(VARIABLE, "")
    if not number.isdecimal():
        return None
    try:
        return mmap.mmap(int(number), 1, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # the variable outlived the process that set it
        return None


def _said() -> int:
    byte = _byte()
    return byte[0] if byte is not None else 0


def is_leaving() -> bool:
    """False also where nobody supervises. Costs no call of the system."""
    return _said() != 0


def is_draining() -> bool:
    """Whether the whole node is about to end."""
    return _said() == DRAINING
