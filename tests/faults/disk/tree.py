"""What a folder holds, by identity: an inode's name for its whole life, as shim.h makes it."""

import ctypes
import os
import stat
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.faults.disk import build

#: `IDENTITY_SIZE` of shim.h.
MOST = 2 * 128 + 16


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(str(build.library()))


def identity(path: str) -> str:
    text = ctypes.create_string_buffer(MOST)
    _library().faults_identity(os.fsencode(path), text)
    return text.value.decode()


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
