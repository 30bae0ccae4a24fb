"""Addresses that authors write: what they lead to, and why some lead nowhere."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from lms.engines.source.sanitise import IGNORED, SCHEME

OWN_SCHEMES = ("term", "ref")
WEB = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?", re.IGNORECASE)
MAIL = re.compile(r"mailto:[^\s@?]+@[^\s@?]+(\?\S*)?", re.IGNORECASE)


class BadAddress(ValueError):
    """Carries the sentence for the author."""


@dataclass(frozen=True)
class Address:
    """`kind`: web, mail, term, ref or file; a file's target is its path from the folder of the course or bank."""

    kind: str
    target: str


def read_address(href: str) -> Address:
    """Raise BadAddress for what would run script, leave unseen, or leave the folder."""
    bare = IGNORED.sub("", href)
    scheme = SCHEME.match(bare)
    if scheme:
        return _with_scheme(scheme.group(1).lower(), bare, href.strip())
    return Address("file", folder_path(href))


def _with_scheme(scheme: str, bare: str, href: str) -> Address:
    if scheme in OWN_SCHEMES:
        return Address(scheme, bare.partition(":")[2])
    if scheme in ("http", "https") and WEB.fullmatch(href):
        return Address("web", href)
    if scheme == "mailto" and MAIL.fullmatch(href):
        return Address("mail", href)
    if scheme in ("http", "https", "mailto"):
        raise BadAddress(f'"{href[:60]}" is no complete address; check it in a browser')
    raise BadAddress(f'links may begin with https:, http: or mailto:, not with "{scheme}:"')


def folder_path(href: str) -> str:
    """Of a file of the folder, without `./` and `%20`."""
    path = unquote(href.strip())
    if not path:
        raise BadAddress("the link has no address; write it between the ( )")
    if path.startswith("//"):
        raise BadAddress(f'"{path[:60]}" leaves this site unseen; write https: before it')
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[/\\]", path):
        raise BadAddress(f'"{path[:60]}" is an absolute path; begin at the folder, such as assets/picture.svg')
    if "\\" in path:
        raise BadAddress(f'"{path[:60]}" holds a backslash; write / between folders')
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise BadAddress(
            f'"{path[:60]}" holds ".."; paths begin at the folder of the course, such as assets/picture.svg'
        )
    return "/".join(parts)
