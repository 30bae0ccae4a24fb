"""Fetching the newest state of a git repository as a ZIP: `python -m lms.catalogue.pull ADDRESS FILE`.

It runs as a process of its own, with limits on memory and time and without the server's settings and secrets, because
a pack of 1 MB can unpack to anything. What it writes is read as every other ZIP from outside.
"""

import io
import os
import resource
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dulwich.client import HttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.objects import Blob, Commit
from dulwich.repo import MemoryRepo

from lms.core.errors import Invalid
from lms.core.names import is_clutter
from lms.core.outgoing import Budget, GuardedPool, Refused, checked_url

MOST_SECONDS = 60
MOST_BYTES = 50_000_000
MOST_MEMORY = 1_500_000_000
MOST_FILES = 5_000
REFUSED = 3
#: What the process needs of our environment: nothing that is a secret.
KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV", "TMPDIR")


class CannotPull(Invalid):
    """Nothing was fetched; the message says why."""


def pull(address: str, run: Callable[..., Any] = subprocess.run) -> bytes:
    """The repository's files as a ZIP. Takes up to a minute, so it is called outside any transaction.

    Raises CannotPull.
    """
    try:
        checked_url(address)
    except Refused as error:
        raise CannotPull(str(error)) from None
    with tempfile.NamedTemporaryFile(suffix=".zip") as target:
        command = [sys.executable, "-m", "lms.catalogue.pull", address, target.name]
        try:
            done = run(
                command, capture_output=True, env=_environment(os.environ), timeout=MOST_SECONDS + 30, check=False
            )
        except subprocess.TimeoutExpired:
            raise CannotPull(f"It took longer than {MOST_SECONDS} seconds. Try again, or upload a ZIP.") from None
        if done.returncode:
            raise CannotPull(_reason(done.returncode, done.stderr))
        return Path(target.name).read_bytes()


def _reason(code: int, words: bytes) -> str:
    if code == REFUSED:
        return words.decode(errors="replace").strip()[:300]
    return "The repository cannot be unpacked here. Upload a ZIP of the course."


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    return {name: own[name] for name in KEPT if name in own} | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def fetch(address: str, pool: Any) -> bytes:
    """The files of the newest commit of the main branch. Raises Refused."""
    client = HttpGitClient(address, pool_manager=pool)
    repository = MemoryRepo()

    def wanted(refs: Mapping[bytes, bytes], depth: int | None = None) -> list[bytes]:
        if client.dumb:
            raise Refused("The host does not speak the git protocol. Upload a ZIP of the course.")
        if b"HEAD" not in refs:
            raise Refused("The repository is empty.")
        return [refs[b"HEAD"]]

    try:
        result = client.fetch("", repository, wanted, depth=1)
        head = result.refs[b"HEAD"]
        return _zipped(repository, head)
    except NotGitRepository:
        raise Refused("There is no public git repository at this address.") from None
    except (GitProtocolError, HangupException, KeyError, ValueError, AssertionError) as error:
        raise Refused(f"The repository cannot be read ({type(error).__name__}).") from None


def _zipped(repository: MemoryRepo, head: bytes) -> bytes:
    commit = repository[head]
    if not isinstance(commit, Commit):
        raise Refused("The repository has no commit on its main branch.")
    made = io.BytesIO()
    count = 0
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for entry in repository.object_store.iter_tree_contents(commit.tree):
            path = entry.path.decode("utf-8", "replace")
            if is_clutter(path) or not (stat.S_ISREG(entry.mode) or stat.S_ISLNK(entry.mode)):
                continue
            count += 1
            if count > MOST_FILES:
                raise Refused(f"The repository holds more than {MOST_FILES:,} files. Upload a ZIP of the course.")
            blob = repository[entry.sha]
            if isinstance(blob, Blob):
                # Not ZipInfo(path), which would quietly change the name.
                info = zipfile.ZipInfo("x")
                info.filename = path
                info.external_attr = entry.mode << 16
                archive.writestr(info, blob.data)
    return made.getvalue()


def main(address: str, target: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        with Budget(MOST_SECONDS, MOST_BYTES) as budget:
            Path(target).write_bytes(fetch(address, GuardedPool(budget)))
    except Refused as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
