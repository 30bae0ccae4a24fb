"""What a folder holds, by identity: an inode's name for its whole life, as shim.h makes it."""

import ctypes
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

AT_EMPTY_PATH, AT_FDCWD, MOST = 0x1000, -100, 128
_libc = ctypes.CDLL(None, use_errno=True)


class _Handle(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_ubyte * MOST))


def identity(path: str) -> str:
    handle, mount = _Handle(size=MOST), ctypes.c_int()
    if _libc.name_to_handle_at(AT_FDCWD, os.fsencode(path), ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
        return f"h{handle.kind}-{bytes(handle.data[: handle.size]).hex()}"
    return f"i{os.lstat(path).st_ino}"


@dataclass(slots=True)
class Node:
    path: str
    facts: os.stat_result

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.facts.st_mode)

    @property
    def is_file(self) -> bool:
        return stat.S_ISREG(self.facts.st_mode)


@dataclass(slots=True)
class Tree:
    """`names` are by the identity of their folder."""

    root: str
    nodes: dict[str, Node] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)


def read(folder: Path) -> Tree:
    top = str(folder)
    tree = Tree(identity(top))
    tree.nodes[tree.root] = Node(top, folder.lstat())
    waiting = [tree.root]
    while waiting:
        parent = waiting.pop()
        tree.names[parent] = names = {}
        with os.scandir(tree.nodes[parent].path) as entries:
            for entry in entries:
                found = identity(entry.path)
                names[entry.name] = found
                if found not in tree.nodes:
                    tree.nodes[found] = node = Node(entry.path, entry.stat(follow_symlinks=False))
                    if node.is_folder:
                        waiting.append(found)
    return tree
