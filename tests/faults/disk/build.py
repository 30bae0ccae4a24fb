"""The library is compiled where it is used, by the system's own C compiler."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

SOURCES = sorted(Path(__file__).parent.glob("*.[ch]"))


@cache
def library() -> Path:
    """Path of the library, compiled once for this state of the source. Raises RuntimeError with a sentence."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise RuntimeError("A C compiler is missing for the tests of power cuts: install the package gcc.")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:16]
    target = Path(tempfile.gettempdir()) / f"lms-faults-{os.geteuid()}-{digest}" / "libfaults.so"
    if target.exists():
        return target
    target.parent.mkdir(mode=0o755, exist_ok=True)
    part = target.with_name(f"{os.getpid()}.so")
    files = [path for path in SOURCES if path.suffix == ".c"]
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-fvisibility=hidden", "-o", part, *files, "-ldl"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The library of the power cuts does not compile: {done.stderr}")
    part.chmod(0o755)
    part.replace(target)
    return target
