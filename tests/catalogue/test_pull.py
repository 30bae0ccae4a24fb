import io
import os
import stat
import subprocess
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import MemoryRepo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain
from werkzeug.test import Client

from lms.catalogue import pull
from lms.core.archive import BadArchive, read_zip
from lms.core.outgoing import Refused

ADDRESS = "https://git.example/academy/course.git"
FILES = {"modules/a/course.yaml": b"id: a\n", "modules/a/one.md": b"# One\n", ".github/x.yml": b"", "README.md": b"r"}


def repository(files: dict[str, bytes], link: str = "") -> MemoryRepo:
    made = MemoryRepo()
    tree = _tree(made, files, link)
    commit = Commit()
    commit.tree = tree
    commit.author = commit.committer = b"Bob <bob@example.org>"
    commit.author_time = commit.commit_time = 0
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = b"First"
    made.object_store.add_object(commit)
    made.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")
    made.refs[b"refs/heads/main"] = commit.id
    return made


def _tree(made: MemoryRepo, files: dict[str, bytes], link: str) -> bytes:
    tree, inner = Tree(), {}
    for path, data in files.items():
        head, _, rest = path.partition("/")
        if rest:
            inner.setdefault(head, {})[rest] = data
        else:
            blob = Blob.from_string(data)
            made.object_store.add_object(blob)
            tree.add(head.encode(), stat.S_IFLNK if path == link else stat.S_IFREG | 0o644, blob.id)
    for name, below in inner.items():
        tree.add(name.encode(), stat.S_IFDIR, _tree(made, below, link.removeprefix(f"{name}/")))
    made.object_store.add_object(tree)
    return tree.id


class Local:
    """Stands for the pool: hands requests to dulwich's own server, in this process."""

    headers: dict[str, str] = {}

    def __init__(self, made: MemoryRepo) -> None:
        self.http = Client(make_wsgi_chain(DictBackend({"/academy/course.git": made})))

    def request(self, method: str, url: str, headers: Any = None, body: Any = None, **_: Any) -> Any:
        parts = urlsplit(url)
        data = b"".join(body) if body is not None and not isinstance(body, bytes) else body
        answer = self.http.open(parts.path, method=method, query_string=parts.query, headers=headers, data=data)
        stream = io.BytesIO(answer.get_data())
        return SimpleNamespace(
            status=answer.status_code, headers=answer.headers, read=stream.read, geturl=lambda: url, close=stream.close
        )


def test_it_works() -> None:
    files = read_zip(io.BytesIO(pull.fetch(ADDRESS, Local(repository(FILES)))))
    assert files == {name: data for name, data in FILES.items() if not name.startswith(".")}


def test_a_link_is_refused_like_one_in_a_zip() -> None:
    data = pull.fetch(ADDRESS, Local(repository({"a/course.yaml": b"/etc/passwd"}, link="a/course.yaml")))
    with pytest.raises(BadArchive, match="link"):
        read_zip(io.BytesIO(data))


def test_no_repository_there() -> None:
    with pytest.raises(Refused, match="no public git repository"):
        pull.fetch("https://git.example/other.git", Local(repository(FILES)))


def test_an_empty_repository() -> None:
    with pytest.raises(Refused, match="empty"):
        pull.fetch(ADDRESS, Local(MemoryRepo()))


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "MOST_FILES", 2)
    with pytest.raises(Refused, match="more than 2 files"):
        pull.fetch(ADDRESS, Local(repository(FILES)))


@pytest.mark.parametrize(
    ("code", "words", "shown"),
    [
        (pull.REFUSED, b"It is too large.", "It is too large."),
        (1, b"Traceback: secret", "Upload a ZIP"),
        (-9, b"", "Upload a ZIP"),
    ],
    ids=["refused", "bug", "killed"],
)
def test_a_failure_is_one_sentence(code: int, words: bytes, shown: str) -> None:
    with pytest.raises(pull.CannotPull) as failed:
        pull.pull(ADDRESS, lambda *_a, **_k: SimpleNamespace(returncode=code, stderr=words))
    assert shown in failed.value.message and "secret" not in failed.value.message


def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "secret")
    seen: dict[str, Any] = {}
    pull.pull(ADDRESS, lambda command, **kwargs: seen.update(kwargs) or SimpleNamespace(returncode=0, stderr=b""))
    assert "LMS_SECRET_KEY" in os.environ and "LMS_SECRET_KEY" not in seen["env"]


def test_a_process_that_hangs_is_told() -> None:
    def hang(*_args: Any, **_kwargs: Any) -> Any:
        raise subprocess.TimeoutExpired("pull", 1)

    with pytest.raises(pull.CannotPull, match="longer"):
        pull.pull(ADDRESS, hang)


def test_the_real_process_refuses_loopback() -> None:
    with pytest.raises(pull.CannotPull, match="public internet"):
        pull.pull("https://localhost:1/course.git")


def test_an_address_with_a_password_starts_no_process() -> None:
    with pytest.raises(pull.CannotPull) as failed:
        pull.pull("https://bob:hunter2@git.example/a.git", lambda *_a, **_k: pytest.fail("a process was started"))
    assert "hunter2" not in failed.value.message
