"""What a new state of a package changes: files, activities, rules and edition, in words that a person can judge."""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.engines.content.difference import Change, Difference, Kind, Level
from lms.engines.content.stamp import canonical_json

Json = dict[str, Any]
#: Names of files in one change each; the rest is counted.
MOST_NAMED = 100
SHORT = 80


def difference_of_packages(old: Json, old_tree: Json, new: Json, new_tree: Json) -> Difference:
    """Of two sources and of the trees that are launched."""
    return Difference(
        (*_package(old, new), *_activities(_nodes(old_tree), _nodes(new_tree)), *_files(old["files"], new["files"]))
    )


def _package(old: Json, new: Json) -> Iterator[Change]:
    if old["standard"] != new["standard"]:
        yield Change("structure", "package", "standard", old["standard"], new["standard"], "major")
    if old["title"] != new["title"]:
        yield Change("wording", "package", "title", old["title"][:SHORT], new["title"][:SHORT])
    if old["settings"] != new["settings"]:
        before, after = old["settings"]["unscripted"], new["settings"]["unscripted"]
        yield Change("threshold", "package", "pages without a script count when", before, after, "major")


def _activities(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Change]:
    """By identifier, to which the records of trainees hold."""
    for name, node in old.items():
        if name not in new:
            yield Change("structure", "package", "activities", _title(node), "", "major")
    for name, node in new.items():
        if name not in old:
            yield Change("structure", "package", "activities", "", _title(node), "major")
    kept_old, kept_new = [name for name in old if name in new], [name for name in new if name in old]
    if kept_old != kept_new:
        titles = [", ".join(_title(new[name]) for name in names)[:SHORT] for names in (kept_old, kept_new)]
        yield Change("structure", "package", "order of activities", *titles, "minor")
    for name in kept_new:
        yield from _activity(name, old[name], new[name])


def _activity(name: str, old: Json, new: Json) -> Iterator[Change]:
    where = f"activity {name}"
    if _title(old) != _title(new):
        yield Change("wording", where, "title", _title(old), _title(new))
    for field, words, kind, level in FIELDS:
        if old.get(field) != new.get(field):
            yield Change(kind, where, words, _said(old.get(field)), _said(new.get(field)), level)


FIELDS: tuple[tuple[str, str, Kind, Level], ...] = (
    ("resource", "file that is opened", "structure", "minor"),
    ("sequencing", "rules", "threshold", "major"),
    ("mastery_score", "mastery score", "threshold", "major"),
    ("prerequisites", "prerequisites", "threshold", "major"),
    ("max_time_allowed", "time allowed", "threshold", "major"),
    ("time_limit_action", "when the time is over", "threshold", "minor"),
    ("shared_data", "shared data", "structure", "minor"),
    ("data_from_lms", "data from the LMS", "structure", "minor"),
    ("visible", "visible", "structure", "minor"),
    ("hidden_controls", "hidden buttons", "structure", "minor"),
)


def _said(value: Any) -> str:
    """Never empty, because an empty side means that the whole thing is new or gone."""
    text = "default" if value is None else value if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _title(node: Json) -> str:
    return (node.get("title") or node["identifier"])[:SHORT]


def _nodes(tree: Json) -> dict[str, Json]:
    """In document order; without recursion, because trees may be deep."""
    found, waiting = {}, [tree["root"]]
    while waiting:
        node = waiting.pop()
        found[node["identifier"]] = node
        waiting.extend(reversed(node.get("children", ())))
    return found


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    changed = [path for path in sorted(old.keys() & new.keys()) if old[path] != new[path]]
    yield from _named("removed", [(path, path, "") for path in gone])
    yield from _named("added", [(path, "", path) for path in come])
    yield from _named("changed", [(path, old[path][:12], new[path][:12]) for path in changed])


def _named(what: str, found: list[tuple[str, str, str]]) -> Iterator[Change]:
    for path, before, after in found[:MOST_NAMED]:
        yield Change("asset", f"file {path}", "content", before, after, "minor")
    if (more := len(found) - MOST_NAMED) > 0:
        yield Change("asset", "files", f"{what} besides these", "0", str(more), "minor")
