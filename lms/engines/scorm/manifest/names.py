"""Which file of the package an address in the manifest means: bases, percent-encoding, case, accents, backslashes."""

import posixpath
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_to_bytes

# What may stand unencoded in the path of an address.
SAFE = "/!$&'()*+,;=:@-._~"
ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Escape(ValueError):
    """An address that leads out of the package, or is no place in it at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """`path` is the file in the package ("" if there is none), `href` the address that opens it. `missing` is the
    path that was meant and does not exist; `elsewhere` says that the address lies on another host."""

    href: str = ""
    path: str = ""
    missing: str = ""
    elsewhere: bool = False


class Names:
    """The listing. A name is found as written, decoded, or by the same letters in another case or composition."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(names)
        self._folded: dict[str, str] = {}
        for name in sorted(names):
            self._folded.setdefault(fold(name), name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def find(self, path: str) -> str:
        if path in self._names:
            return path
        return self._folded.get(fold(path), "")

    def locate(self, folder: str, base: str, href: str) -> Place:
        """`folder` is the manifest's, `base` the xml:base that holds, itself an address relative to it."""
        href = href.strip()
        if DRIVE.match(href) or href.startswith("\\\\"):
            raise Escape
        joined = join(base, href.replace("\\", "/"))
        if found := ABSOLUTE.match(joined):
            if found.group(1).lower() in ("http", "https"):
                return Place(joined, elsewhere=True)
            raise Escape
        if joined.startswith("//"):
            return Place(f"https:{joined}", elsewhere=True)
        return self._inside(folder, joined)

    def _inside(self, folder: str, address: str) -> Place:
        """A name may hold # or ? itself, so the whole is tried before it is taken apart."""
        whole = address.lstrip("/")
        bare, query, fragment = split(whole)
        tried = [(text, rest) for text, rest in ((whole, ""), (bare, query + fragment)) if text]
        for text, rest in tried:
            for path in readings(text):
                if found := self.find(normal(folder, path)):
                    return Place(quote(found, safe=SAFE) + rest, found)
        path = normal(folder, unquote(bare))
        return Place(quote(path, safe=SAFE) + query + fragment, missing=path)


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def readings(text: str) -> list[str]:
    """The names that an address may mean: as written, decoded as UTF-8, decoded as Korean or Western tools did."""
    decoded = [text]
    if "%" in text:
        data = unquote_to_bytes(text)
        for encoding in ("utf-8", "cp949", "cp1252"):
            try:
                decoded.append(data.decode(encoding))
            except UnicodeDecodeError:
                continue
    if "+" in text:
        decoded.append(unquote(text.replace("+", " ")))
    return [one for one in decoded if "\0" not in one]


def normal(folder: str, path: str) -> str:
    """The path from the package's root, without "." and ".."."""
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/").lstrip("/")))
    if joined == ".." or joined.startswith(("../", "/")):
        raise Escape
    return joined


def split(address: str) -> tuple[str, str, str]:
    """Path, query with its "?", fragment with its "#"."""
    rest, mark, fragment = address.partition("#")
    path, sign, query = rest.partition("?")
    return path, sign + query, mark + fragment


def join(base: str, href: str) -> str:
    """Bases are joined as folders are, for tools forget their last slash as often as not."""
    if not base or ABSOLUTE.match(href) or href.startswith("//"):
        return href
    if not href:
        return base
    base = base.replace("\\", "/")
    if href.startswith("/") and not ABSOLUTE.match(base):
        return href
    return base.rstrip("/") + "/" + href if base.strip("/") else href


def with_parameters(href: str, parameters: str) -> str:
    """CAM 3.4.1: how an item's parameters join the address of its resource. A query stands before the fragment."""
    parameters = parameters.strip().lstrip("?&")
    if not parameters:
        return href
    path, query, fragment = split(href)
    if parameters.startswith("#"):
        return href if query or fragment else href + parameters
    return f"{path}{query}{'&' if query else '?'}{parameters}{fragment}"
