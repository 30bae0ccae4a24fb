"""What is not exactly what was written is refused with a sentence, and nothing is touched."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lms.backup import manifest as told
from lms.backup import source
from lms.backup.errors import Damaged, Refused
from lms.backup.manifest import HEAD
from tests.backup.conftest import Place


@pytest.fixture
def file(on_sqlite: Place, tmp_path: Path) -> Path:
    return on_sqlite.backup(tmp_path / "one.tar").path


def _refused(place: Place, file: Path, about: str) -> None:
    with pytest.raises(Refused, match=about):
        place.restore(file)
    assert place.files() == []


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.99, 0.9999])
def test_a_file_that_is_cut_off(file: Path, elsewhere: Callable[[], Place], share: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    _refused(elsewhere(), file, "not whole")


def test_a_file_that_lacks_its_last_byte_or_has_one_more(file: Path) -> None:
    data = file.read_bytes()
    for changed in (data[:-1], data + b"\0"):
        file.write_bytes(changed)
        with pytest.raises(Damaged, match="not whole"):
            source.opened(file)


def test_no_changed_bit_passes(file: Path) -> None:
    """Wherever it is; some of the head of a part say the same in another way, and nothing else does."""
    data, right, moments = file.read_bytes(), source.opened(file).backup, random.Random(20261121)
    refused = 0
    for at in [moments.randrange(len(data)) for _ in range(150)]:
        changed = bytearray(data)
        changed[at] ^= 1 << moments.randrange(8)
        file.write_bytes(changed)
        try:
            assert source.opened(file).backup == right
        except Damaged:
            refused += 1
    assert refused >= 148


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a tar", b"x" * 5_000, bytes(10_240)], ids=["", "zip", "x", "0"])
def test_a_file_of_something_else(elsewhere: Callable[[], Place], tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    _refused(elsewhere(), tmp_path / "other", "no backup|not whole")


def test_a_package_is_no_backup(elsewhere: Callable[[], Place], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
    _refused(elsewhere(), tmp_path / "a.zip", "no backup|not whole")


def _with(file: Path, *more: tuple[tarfile.TarInfo, bytes]) -> None:
    """The same, with other parts after its head."""
    with tarfile.open(file) as old:
        parts = [(one, old.extractfile(one).read()) for one in old.getmembers()]  # type: ignore[union-attr]
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as new:
        for one, data in [parts[0], *more, *parts[1:]]:
            new.addfile(one, io.BytesIO(data))


def _plain(name: str, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
    head = tarfile.TarInfo(name)
    head.size = len(data)
    return head, data


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "blobs/../../evil", "blobs/ab/" + "c" * 64, "database.sqlite"]
)
def test_no_name_leads_anywhere(file: Path, elsewhere: Callable[[], Place], name: str) -> None:
    _with(file, _plain(name, b"evil"))
    _refused(elsewhere(), file, "no backup|damaged")
    assert not list(file.parent.glob("**/evil"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.XHDTYPE])
def test_nothing_but_plain_files(file: Path, elsewhere: Callable[[], Place], kind: bytes) -> None:
    head = tarfile.TarInfo("blobs")
    head.type, head.linkname = kind, "/etc/passwd"
    _with(file, (head, b""))
    _refused(elsewhere(), file, "other than plain files|not whole")


def test_a_head_that_asks_for_memory(file: Path) -> None:
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as new:
        head, data = _plain(HEAD, bytes(20_000_000))
        new.addfile(head, io.BytesIO(data))
    with pytest.raises(Damaged, match="no backup"):
        source.opened(file)


@pytest.mark.parametrize("change", [{"schema": "9999"}, {"format": told.FORMAT + 1}], ids=["schema", "format"])
def test_a_backup_of_a_newer_release(file: Path, elsewhere: Callable[[], Place], change: dict[str, object]) -> None:
    head = replace(source.opened(file).head, **change)  # type: ignore[arg-type]
    with tarfile.open(file) as old:
        rest = [(one, old.extractfile(one).read()) for one in old.getmembers()[1:]]  # type: ignore[union-attr]
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as new:
        for one, data in [_plain(HEAD, told.write(head)), *rest]:
            new.addfile(one, io.BytesIO(data))
    _refused(elsewhere(), file, "newer release")


def test_a_database_of_the_other_kind(file: Path, elsewhere: Callable[[], Place]) -> None:
    there = elsewhere()
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    with pytest.raises(Refused, match="holds an SQLite database"):
        Place(replace(there.settings, database_url=url)).restore(file)
