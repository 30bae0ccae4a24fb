"""What is there after a power cut: what was synced, and of the rest what a coin leaves."""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.disk import tree
from tests.faults.disk.tree import Node, Tree

BLOCK, SECTOR = 4096, 512
TICK_NS = 10_000_000
#: How much of what was not synced survives: mostly nothing, sometimes all, or a mixture.
CHANCES = (0.0, 0.0, 0.1, 0.5, 0.9, 1.0)


class Disk:
    """`folder` is what the processes see. `start` before they do; `cut` when they are dead, and others may start."""

    def __init__(self, folder: Path, beside: Path) -> None:
        self.folder = folder
        self.before, self.store = beside / "before", beside / "store"
        self._was: Tree | None = None
        self.started_ns = 0
        self._places: dict[str, str] = {}

    def start(self) -> None:
        """All that the folder holds now is on the disk."""
        shutil.rmtree(self.before, ignore_errors=True)
        copy_tree(self.folder, self.before)
        self._begin()

    def _begin(self) -> None:
        shutil.rmtree(self.store, ignore_errors=True)
        self.store.mkdir(parents=True)
        self.store.chmod(0o777)
        self._was = tree.read(self.folder)
        #: The kernel's clock for files goes in ticks.
        self.started_ns = time.time_ns() - TICK_NS

    def cut(self, coin: Random) -> None:
        assert self._was
        after = self.before.with_name("after")
        _Rebuilt(self, self._was, tree.read(self.folder), coin).make(after)
        for gone in (self.before, self.folder):
            shutil.rmtree(gone)
        after.rename(self.before)
        copy_tree(self.before, self.folder)
        self._begin()


def copy_tree(source: Path, target: Path) -> None:
    """With owners and rights."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)


def _own(facts: os.stat_result, target: Path) -> None:
    if os.geteuid() == 0:
        os.chown(target, facts.st_uid, facts.st_gid)
    target.chmod(stat.S_IMODE(facts.st_mode))


@dataclass(frozen=True, slots=True)
class _Coin:
    """One run's disk: `chance` that something not synced is there, decided for each `grain` of bytes."""

    random: Random
    chance: float
    grain: int

    def __call__(self) -> bool:
        return self.random.random() < self.chance


class _Rebuilt:
    def __init__(self, disk: Disk, was: Tree, now: Tree, random: Random) -> None:
        self.disk, self.was, self.now = disk, was, now
        self.coin = _Coin(random, random.choice(CHANCES), random.choice((SECTOR, BLOCK)))
        #: Whether what became of an inode's names since their last sync survives: one answer for all of them, so that
        #: a rename is there whole or not at all.
        self._survives: dict[str, bool] = {}
        self._made: dict[str, Path] = {}

    def make(self, target: Path) -> None:
        target.mkdir()
        self._folder(self.was.root, target)

    def _folder(self, identity: str, target: Path) -> None:
        for name, found in self._names(identity):
            self._one(found, target / name)
        _own(self._facts(identity, target.parent), target)

    def _names(self, folder: str) -> Iterator[tuple[str, str]]:
        kept, seen = self._kept_names(folder), self.now.names.get(folder, {})
        for name in sorted({*kept, *seen}):
            old, new = kept.get(name), seen.get(name)
            if old == new and old:
                yield name, old
            elif new and self._is_seen(new):
                yield name, new
            elif old and (new or not self._is_seen(old)):
                yield name, old

    def _kept_names(self, folder: str) -> dict[str, str]:
        place = self.disk.store / f"{folder}.names"
        if not place.exists():
            return self.was.names.get(folder, {})
        lines = (line.partition(" ") for line in place.read_text().splitlines())
        return {name: identity for identity, _, name in lines}

    def _is_seen(self, identity: str) -> bool:
        if identity not in self._survives:
            self._survives[identity] = self.coin()
        return self._survives[identity]

    def _facts(self, identity: str, parent: Path) -> os.stat_result:
        for one in (self.now, self.was):
            if node := one.nodes.get(identity):
                return node.facts
        place = self.disk.store / identity
        return place.lstat() if place.exists() else parent.lstat()

    def _one(self, identity: str, target: Path) -> None:
        node = self.now.nodes.get(identity) or self.was.nodes.get(identity)
        if (node and node.is_folder) or (self.disk.store / f"{identity}.names").exists():
            target.mkdir()
            self._folder(identity, target)
        elif node and not node.is_file:
            if stat.S_ISLNK(node.facts.st_mode):
                target.symlink_to(Path(node.path).readlink())
        elif identity in self._made:
            os.link(self._made[identity], target)
        else:
            self._file(identity, node, target)
            self._made[identity] = target

    def _file(self, identity: str, node: Node | None, target: Path) -> None:
        live = self.now.nodes.get(identity)
        kept = self._kept_bytes(identity)
        if live and kept and not (self.disk.store / identity).exists() and _untouched(live, self.was.nodes[identity]):
            os.link(kept, target)  # nobody writes to what was there before
            return
        durable = kept.read_bytes() if kept else b""
        target.write_bytes(self._mixed(durable, Path(live.path).read_bytes()) if live else durable)
        _own(self._facts(identity, target.parent), target)

    def _kept_bytes(self, identity: str) -> Path | None:
        place = self.disk.store / identity
        if place.exists():
            return place
        if identity in self.was.nodes:
            return self.disk.before / Path(self.was.nodes[identity].path).relative_to(self.disk.folder)
        return None

    def _mixed(self, kept: bytes, seen: bytes) -> bytes:
        """Grain by grain the one or the other; the length too."""
        if kept == seen or self.coin.chance == 1.0:
            return seen
        size = len(seen) if len(kept) == len(seen) or self.coin() else len(kept)
        mixed = bytearray(kept[:size].ljust(size, b"\0"))
        for at in range(0, min(size, len(seen)), self.coin.grain):
            end = min(at + self.coin.grain, size, len(seen))
            if mixed[at:end] != seen[at:end] and self.coin():
                mixed[at:end] = seen[at:end]
        return bytes(mixed)


def _untouched(live: Node, was: Node) -> bool:
    return (live.facts.st_mtime_ns, live.facts.st_size) == (was.facts.st_mtime_ns, was.facts.st_size)
