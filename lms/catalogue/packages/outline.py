"""The outline of a version that is a package: the same JSON as of an authored course, so that every page can show it.

One module, `package`. Each activity that can be launched is one of the course, `sco-1`, `sco-2` and so on in document
order. In SCORM 2004 the activity `package` comes before them: it stands for the whole tree, whose own rules decide when
it is complete.
"""

from collections.abc import Mapping
from typing import Any

from babel import Locale, UnknownLocaleError

from lms.catalogue.blobs import Stored
from lms.engines.scorm.definition import Activity
from lms.engines.scorm.durations import interval_hundredths, timespan_hundredths
from lms.engines.scorm.manifest.package import File, Metadata, Package

Json = dict[str, Any]
WHOLE = "package"
HOUR = 360_000
LONGEST_TITLE = 300
MEDIA = ("video/", "audio/")


def keys(package: Package) -> dict[str, str]:
    """Activity key → identifier of the item; the key is what records refer to."""
    root = package.organization.root
    leaves = [one.identifier for one in root.walk() if not one.children]
    whole = {WHOLE: root.identifier} if is_2004(package) else {}
    return whole | {f"sco-{number}": identifier for number, identifier in enumerate(leaves, start=1)}


def is_2004(package: Package) -> bool:
    return package.standard.startswith("scorm-2004")


def outline(package: Package, files: Mapping[str, Stored], unscripted: str, languages: tuple[str, ...]) -> Json:
    """Without the key of the course, which is no part of a package. `languages` are those of this server's pages."""
    locale = language(package.metadata.language, languages)
    sizes = _Sizes(package, files)
    nodes = {one.identifier: one for one in package.organization.root.walk()}
    named = keys(package)
    total = _split(files.values())
    return {
        "languages": [locale],
        "hours": round(_hundredths(package.metadata.typical_learning_time) / HOUR, 2),
        "practice": False,
        "completion": {"completed": [WHOLE] if WHOLE in named else "all"},
        "certificate": None,
        "enrol": {"self": True, "sign_up": False},
        "modules": [{"id": WHOLE, "activities": list(named), "bytes": total[0], "media_bytes": total[1]}],
        "activities": {
            key: _activity(package, nodes[identifier], sizes, unscripted) for key, identifier in named.items()
        },
        "texts": {locale: _texts(package, {key: nodes[name] for key, name in named.items()}, locale, total)},
    }


def _activity(package: Package, node: Activity, sizes: "_Sizes", unscripted: str) -> Json:
    resource = node.resource
    size, media = sizes.of(resource.identifier) if resource else (0, 0)
    described = [package.described.get(node.identifier)]
    if resource:
        described.append(package.described.get(resource.identifier))
    time = next((one.typical_learning_time for one in described if one and one.typical_learning_time), "")
    common = {
        "kind": "sco",
        "module": WHOLE,
        "requires": [],
        "minutes": -(-_hundredths(time) // 6_000) if resource else 0,
        "item": node.identifier,
        "bytes": size,
        "media_bytes": media,
    }
    if resource is None:
        return common
    return common | {"href": resource.href, "scorm": resource.kind, "unscripted": unscripted}


def _texts(package: Package, nodes: Mapping[str, Activity], locale: str, total: list[int]) -> Json:
    title = package.title[:LONGEST_TITLE]
    return {
        "title": title,
        "summary": _in(package.metadata.description, locale),
        "audience": "",
        "objectives": {},
        "modules": {WHOLE: {"title": title, "summary": ""}},
        "activities": {key: (node.title or node.identifier)[:LONGEST_TITLE] for key, node in nodes.items()},
        "glossary": {},
        "references": {},
        "certificate_title": "",
        "sizes": {WHOLE: total},
        "shown_locale": locale,
    }


def _in(texts: Mapping[str, str], locale: str) -> str:
    """The text in this language, or the first there is."""
    own = (text for name, text in texts.items() if name.lower().startswith(locale.lower()))
    return next(own, next(iter(texts.values()), ""))


def language(said: str, known: tuple[str, ...]) -> str:
    """What the metadata says, as one of our languages where it is one; the server's own when it says nothing usable."""
    tag = said.strip().replace("_", "-")
    if (primary := tag.partition("-")[0].lower()) in known:
        return primary
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return known[0]
    return str(locale).replace("_", "-") if len(str(locale)) <= 12 else locale.language


def metadata_json(metadata: Metadata) -> Json:
    return {
        "title": dict(metadata.title),
        "description": dict(metadata.description),
        "language": metadata.language,
        "typical_learning_time": metadata.typical_learning_time,
    }


def _hundredths(text: str) -> int:
    return interval_hundredths(text) or timespan_hundredths(text)


class _Sizes:
    """What opening an item may load: the files of its resource and of all that it depends on."""

    def __init__(self, package: Package, files: Mapping[str, Stored]) -> None:
        self._files = files
        self._resources: dict[str, File] = {}
        for one in package.resources:
            self._resources.setdefault(one.identifier, one)
        self._known: dict[str, list[int]] = {}

    def of(self, identifier: str) -> list[int]:
        if identifier not in self._known:
            self._known[identifier] = _split(self._files[path] for path in self._paths(identifier))
        return self._known[identifier]

    def _paths(self, identifier: str) -> set[str]:
        seen, waiting = set[str](), [identifier]
        paths: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self._resources:
                continue
            seen.add(name)
            one = self._resources[name]
            paths.update(path for path in (one.path, *one.files) if path in self._files)
            waiting += one.dependencies
        return paths


def _split(files: Any) -> list[int]:
    """Bytes to read, and bytes of video and sound."""
    total = [0, 0]
    for one in files:
        total[one.media_type.startswith(MEDIA)] += one.size
    return total
