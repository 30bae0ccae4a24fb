"""The hosts on which packages run: a pattern with {label}, one host for each registration, never the LMS's own.

What a browser counts as one site follows from the public suffix list; cookies can be set across hosts of one site.
"""

from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lms.core.errors import SettingError

LABEL = "{label}"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def checked_pattern(value: str) -> str:
    """The pattern itself. Raises ValueError where a label would not stand alone at the beginning of the host."""
    before, found, after = value.partition(LABEL)
    if "{" in before + after or (found and not (before.endswith("://") and after.startswith("."))):
        raise ValueError(
            "use an address such as https://{label}.packages-example.net, where the host begins with {label}"
        )
    return value


def loopback(base_url: str) -> str:
    """For a demonstration on this machine: browsers resolve every name under localhost by themselves."""
    parts = urlsplit(base_url)
    if parts.hostname not in LOOPBACK:
        return ""
    return f"{parts.scheme}://{LABEL}.localhost" + (f":{parts.port}" if parts.port else "")


def check(pattern: str, base_url: str, *, may_share_site: bool, may_be_plain: bool) -> None:
    """Packages never share a host with the LMS, and in production not even a site."""
    if not pattern:
        return
    own = host_of(base_url)
    host = host_of(pattern)
    if host == own:
        raise SettingError(
            "LMS_CONTENT_URL names the host of LMS_BASE_URL: packages need another one, "
            "such as https://{label}.packages-example.net."
        )
    if not may_share_site and same_site(host, own):
        raise SettingError(
            f"LMS_CONTENT_URL is on the site of LMS_BASE_URL ({own}), where a package could set cookies for it. "
            "Use a domain of its own, or accept that with LMS_CONTENT_SAME_SITE=yes."
        )
    if not may_be_plain and not pattern.startswith("https://"):
        raise SettingError("LMS_CONTENT_URL is not https: production needs an https address for packages too.")


def host_of(address: str) -> str:
    """Lower case, without the port; a label stands for itself."""
    return urlsplit(address.replace(LABEL, "label")).hostname or ""


def same_site(one: str, other: str) -> bool:
    suffixes = PublicSuffixList()
    return (suffixes.privatesuffix(one) or one) == (suffixes.privatesuffix(other) or other)
