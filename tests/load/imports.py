"""What importing takes: a manifest of 2,000 activities, and a package of many large files. It prints JSON.

`lms import` runs as a process of its own, so that its time and its peak of memory are those of the command.
"""

import json
import random
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.load import databases
from tests.load.export import COMMAND, Run, run
from tests.packages import FLOW, SPACES

MANY = 2_000
#: So many leaves a chapter.
CHAPTER = 50
WORDS = [f"{'clean'[: 1 + n % 5]}{n * 7919 % 9973}" for n in range(4_000)]
RULES = """<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>
<imsss:ruleCondition condition="satisfied"/></imsss:ruleConditions><imsss:ruleAction action="skip"/>
</imsss:preConditionRule></imsss:sequencingRules><imsss:objectives><imsss:primaryObjective objectiveID="o{n}">
<imsss:mapInfo targetObjectiveID="global-{n}" readSatisfiedStatus="true" writeSatisfiedStatus="true"/>
</imsss:primaryObjective></imsss:objectives></imsss:sequencing>"""


def main(*, full: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="lms-load-") as name:
        print(json.dumps(measured(Path(name), full=full), indent=2))


def measured(folder: Path, *, full: bool) -> dict[str, Any]:
    """Of each package what it is, and what its import took; `full` is 1 GiB in 6,000 files, else a tenth."""
    tree, bulk = folder / "tree.zip", folder / "bulk.zip"
    tree_facts, bulk_facts = make_tree(tree), make_bulk(bulk, 6_000 if full else 600)
    with databases.sqlite(folder) as fresh:
        environment = {"LMS_MODE": "test", "LMS_DATA_DIR": str(folder), "LMS_DATABASE_URL": fresh.url}
        return {"tree": tree_facts | _took(tree, environment), "bulk": bulk_facts | _took(bulk, environment)}


def _took(package: Path, environment: dict[str, str]) -> dict[str, float]:
    took: Run = run(COMMAND, ["import", str(package), "--json"], environment)
    return {name: round(value, 1) for name, value in asdict(took).items()}


def make_tree(target: Path, count: int = MANY) -> dict[str, int]:
    """SCORM 2004 with rules and a global objective for each activity, in chapters; each has a page of its own."""
    leaves = [_leaf(number) for number in range(count)]
    chapters = "".join(
        f'<item identifier="c{at}"><title>Chapter {at}</title>{"".join(leaves[at : at + CHAPTER])}{FLOW}</item>'
        for at in range(0, count, CHAPTER)
    )
    pages = {f"p{number}.html": f"<title>{number}</title>".encode() for number in range(count)}
    return _write(target, "tree", chapters, iter(pages.items()))


def _leaf(number: int) -> str:
    rules = RULES.format(n=number)
    return f'<item identifier="i{number}" identifierref="r{number}"><title>Step {number}</title>{rules}</item>'


def make_bulk(target: Path, count: int) -> dict[str, int]:
    """As many pages, ten films, half of the bytes each; 6,000 make 1 GiB."""
    films = max(1, count // 600)
    return _write(target, "bulk", _leaf(0).replace(RULES.format(n=0), ""), _bulk(count - films - 1, films))


def _bulk(pages: int, films: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(1)
    for number in range(pages):
        yield f"p{number}.html", " ".join(chance.choices(WORDS, k=11_000)).encode()[:90_000]
    for number in range(films):
        yield f"film{number}.mp4", chance.randbytes(56_000_000)


def _write(target: Path, name: str, items: str, files: Iterator[tuple[str, bytes]]) -> dict[str, int]:
    spaces, schema, kind = SPACES["2004"]
    entries, size = 1, 0
    resources = []
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in files:
            packed = zipfile.ZIP_STORED if path.endswith(".mp4") else zipfile.ZIP_DEFLATED
            archive.writestr(path, data, packed, 1)
            entries, size = entries + 1, size + len(data)
            listed = f'<file href="{path}"/>'
            if path.endswith(".html"):
                number = path.removeprefix("p").removesuffix(".html")
                about = f'identifier="r{number}" type="webcontent" {kind} href="{path}"'
                listed = f"<resource {about}>{listed}</resource>"
                resources.append(listed)
        text = (
            f'<manifest identifier="{name}" {spaces}><metadata>{schema}</metadata><organizations default="o">'
            f'<organization identifier="o"><title>Load {name}</title>{items}{FLOW}</organization></organizations>'
            f"<resources>{''.join(resources)}</resources></manifest>"
        )
        archive.writestr("imsmanifest.xml", text)
    return {"files": entries, "bytes": size + len(text), "activities": items.count("identifierref")}
