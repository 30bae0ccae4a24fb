"""What a fresh machine lacks for the tests: installed where that is possible, else named in one sentence each.

`python -m tests.machine` runs before the tests. Nothing is skipped for want of a tool.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import postgres

FONT_PACKAGES = ("fonts-noto-core", "fonts-noto-cjk")
#: Programs that stand before and behind several nodes: name → (its package, where it may be although not in PATH).
SERVERS = {"nginx": ("nginx-light", "/usr/sbin/nginx"), "pgbouncer": ("pgbouncer", "/usr/sbin/pgbouncer")}
#: For the library of the power cuts.
COMPILER_PACKAGES = ("gcc", "libc6-dev")
FONT_FOLDER = Path("/usr/share/fonts")


def chromium() -> str | None:
    """Path of a Chromium to drive: Debian's, or one that Playwright has downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def _apt_install(*packages: str) -> None:
    # Servers are installed to be started by tests: no service is started here.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def _can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _fonts_present() -> bool:
    return any(FONT_FOLDER.rglob("NotoSansKhmer-*")) and any(FONT_FOLDER.rglob("NotoSansCJK*"))


def _lacks(name: str) -> bool:
    return shutil.which(name) is None and not Path(SERVERS[name][1]).exists()


def prepare() -> list[str]:
    """Install what is missing; returns a sentence for each thing that could not be had."""
    missing = []
    wanted = ([] if chromium() else ["chromium"]) + ([] if _fonts_present() else list(FONT_PACKAGES))
    wanted += [package for name, (package, _place) in SERVERS.items() if _lacks(name)]
    wanted += [] if shutil.which("cc") else list(COMPILER_PACKAGES)
    if wanted and _can_apt():
        print(f"Installing for the tests: {', '.join(wanted)} ...", flush=True)
        _apt_install(*wanted)
    if chromium() is None and not _playwright_browser():
        missing.append(
            "A Chromium is missing: install the package chromium, or run: python -m playwright install chromium"
        )
    if not _fonts_present() and not os.environ.get("LMS_FONTS_DIR"):
        missing.append("Noto fonts are missing: run make fonts as root, or name a folder of them in LMS_FONTS_DIR.")
    missing += [f"The program {name} is missing: install it." for name in SERVERS if _lacks(name)]
    if shutil.which("cc") is None:
        missing.append("A C compiler is missing: install the packages gcc and libc6-dev.")
    try:
        postgres.admin_url()
    except Exception as error:
        missing.append(f"No PostgreSQL answers: set LMS_TEST_POSTGRES_URL to a server of yours. ({error})")
    return missing


def _playwright_browser() -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False, stdout=subprocess.DEVNULL
    )
    return done.returncode == 0


if __name__ == "__main__":
    if problems := prepare():
        sys.exit("\n".join(problems))
