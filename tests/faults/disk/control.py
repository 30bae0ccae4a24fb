"""The page that all processes of a server share with the test; see `struct control` in shim.h."""

import ctypes
import mmap
import multiprocessing.forkserver
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.disk import build

BEGINNING, MIDDLE, END = range(3)


class Page(ctypes.Structure):
    _fields_ = (
        ("off", ctypes.c_uint32),
        ("journalled", ctypes.c_uint32),
        ("syncs", ctypes.c_uint64),
        ("cut_at", ctypes.c_uint64),
        ("when", ctypes.c_uint32),
        ("full", ctypes.c_uint32),
        ("slow_us", ctypes.c_uint32),
        ("seed", ctypes.c_uint32),
        ("ahead_ns", ctypes.c_int64),
        ("refused", ctypes.c_uint64),
        ("started_ns", ctypes.c_int64),
        ("root", ctypes.c_char * 1000),
        ("store", ctypes.c_char * 1000),
    )


class Control:
    """`page` is read and written by the processes at every call; change it at any time."""

    def __init__(self, path: Path, root: Path, store: Path | None = None) -> None:
        self.path = path
        path.write_bytes(bytes(ctypes.sizeof(Page)))
        path.chmod(0o666)
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), ctypes.sizeof(Page))
        self.page: Any = Page.from_buffer(self._memory)
        self.page.root = str(root.resolve()).encode()
        self.page.store = str(store.resolve()).encode() if store else b""

    def environment(self) -> dict[str, str]:
        """For a process that is started by itself, such as PostgreSQL."""
        return {"LD_PRELOAD": str(build.library()), "FAULTS_CONTROL": str(self.path)}


def use(path: str) -> None:
    """In a process forked from a server that has the library: from now on it keeps to this page."""
    if ctypes.CDLL(None).faults_use(path.encode()):
        raise OSError(ctypes.get_errno(), "the page of the fault cannot be opened", path)


@contextmanager
def loaded() -> Iterator[None]:
    """Parts of the product that are started within have the library; see `Part` in tests.faults.product."""
    server: Any = multiprocessing.forkserver._forkserver
    if not getattr(server, "has_faults", False):
        server._stop()  # one that runs already was started without
        kept = os.environ.get("LD_PRELOAD")
        os.environ["LD_PRELOAD"] = str(build.library())
        server.set_forkserver_preload([*server._preload_modules, "tests.faults.disk.power", "tests.packages"])
        try:
            server.ensure_running()
        finally:
            del os.environ["LD_PRELOAD"]
            if kept is not None:
                os.environ["LD_PRELOAD"] = kept
        server.has_faults = True
    yield
