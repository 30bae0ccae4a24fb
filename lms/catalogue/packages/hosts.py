"""Hosts elsewhere from which the pages of a package load things, as far as their text says: proposals, for an
administrator to allow. Nothing is fetched, and what a script puts together at run time is not found."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lms.catalogue.packages.contents import Contents

READ = (".html", ".htm", ".xhtml", ".js", ".mjs", ".css")
MOST_BYTES = 1_000_000
MOST_HOSTS = 50
#: What one host is of no use without: styles here, the fonts that they name there.
TOGETHER = {"fonts.googleapis.com": "fonts.gstatic.com"}
HOST = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]{1,5})?")
#: An address that names its host, up to the end of the host.
ELSEWHERE = r"""(?:https?:)?//([A-Za-z0-9.:-]+)"""
#: Tags that load what they name; in scripts they stand in strings, perhaps with quotes escaped.
TAG = re.compile(
    rf"""<(script|img|iframe|frame|source|video|audio|track|embed|object|input|link)\b([^<>]{{0,2000}}?)"""
    rf"""\b(?:src|data|poster|href)\s*=\s*[\\"']*{ELSEWHERE}([^<>]{{0,2000}})""",
    re.IGNORECASE,
)
#: A link loads by what it is for; "canonical" and "alternate" load nothing.
LOADED = re.compile(
    r"""\brel\s*=\s*[\\"']*[^"'>]{0,80}\b(stylesheet|icon|preload|modulepreload|prefetch|manifest)""", re.IGNORECASE
)
STYLE = re.compile(rf"""(?:url\(\s*[\\"']*|@import\s+[\\"']*){ELSEWHERE}""", re.IGNORECASE)
SCRIPT = re.compile(
    rf"""(?:\.src\s*=|\b(?:fetch|importScripts|import|getScript|Worker)\s*\(|\bfrom)\s*[\\"'`]+{ELSEWHERE}"""
    rf"""|["'`]{ELSEWHERE}/[^"'`\s]*\.(?:js|mjs|css|json|woff2?|png|jpe?g|gif|svg|webp|mp4|webm|mp3|vtt)\b""",
    re.IGNORECASE,
)


def proposed(contents: Contents, hrefs: Iterable[str]) -> list[str]:
    """By name. `hrefs` are the addresses that are launched: one may lie elsewhere altogether."""
    sizes = contents.hashes()
    wanted = {path for path, (_digest, size) in sizes.items() if path.lower().endswith(READ) and size <= MOST_BYTES}
    found = {urlsplit(href).netloc.lower() for href in hrefs if href.startswith(("http://", "https://"))}
    for item in contents.items(wanted):
        found.update(named(b"".join(item.parts).decode("latin-1")))
    found.update(TOGETHER[host] for host in TOGETHER.keys() & found)
    return sorted(host for host in found if HOST.fullmatch(host))[:MOST_HOSTS]


def named(text: str) -> Iterator[str]:
    """Hosts in one text, whichever kind of file it is: pages hold styles and scripts, scripts hold pages."""
    if "//" not in text:
        return
    for match in TAG.finditer(text):
        if match[1].lower() != "link" or LOADED.search(match[2] + match[4]):
            yield match[3].lower()
    for match in STYLE.finditer(text):
        yield match[1].lower()
    for match in SCRIPT.finditer(text):
        yield (match[1] or match[2]).lower()
