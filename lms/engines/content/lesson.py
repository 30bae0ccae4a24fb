"""One lesson in one language: read, rendered, weighed."""

from dataclasses import dataclass

from lms.engines.content.assets import Assets
from lms.engines.content.front import LessonFile
from lms.engines.content.lesson_around import LessonAround, Neighbours
from lms.engines.content.model import Heading, Json, LessonText
from lms.engines.content.stamp import canonical_json
from lms.engines.source.markdown import Writer
from lms.engines.source.problem import Position, Problems

MOST_PAGE_BYTES = 300_000


@dataclass(frozen=True)
class Rendered:
    text: LessonText
    words: Json  # canonical


def render_lesson(
    file: LessonFile,
    title: str,
    summary: str,
    *,
    locale: str,
    assets: Assets,
    neighbours: Neighbours,
    problems: Problems,
) -> Rendered:
    around = LessonAround(file.path, problems, assets, neighbours)
    writer = around.writer = Writer(file.path, problems, around, locale, whole=True)
    html = writer.blocks(file.body, file.origin) + around.ends()
    if not file.body.strip():
        problems.error(file.path, file.origin.at(), "the lesson has no text; write it after the front matter")
    text = LessonText(
        title=title,
        summary=summary.strip(),
        html=html,
        toc=tuple(Heading(*heading) for heading in writer.outline.headings),
        checks=tuple(around.checks.values()),
        blocks=writer.outline.blocks,
        assets=tuple(sorted(around.paths)),
        bytes=len(html.encode()) + sum(around.loaded.values()),
        media_bytes=sum(around.media.values()),
        shown_locale=locale,
    )
    _weigh(text, file.path, problems)
    return Rendered(text, {"title": title, "summary": summary.strip(), "body": _canonical_body(file, around)})


def _weigh(text: LessonText, path: str, problems: Problems) -> None:
    if text.bytes > MOST_PAGE_BYTES:
        size, most = -(-text.bytes // 1000), MOST_PAGE_BYTES // 1000
        message = f"the page is {size} kB with its pictures; {most} kB is the most; make pictures smaller or split it"
        problems.error(path, Position(), message)


def _canonical_body(file: LessonFile, around: LessonAround) -> str:
    """The Markdown, in which the YAML of directives no longer depends on how it was laid out."""
    lines = file.body.split("\n")
    for first, count, value in sorted(around.bodies, key=lambda body: body[0], reverse=True):
        start = first - file.origin.first.line
        lines[start : start + count] = [canonical_json(value)]
    return "\n".join(line.rstrip(" \t") if line.isspace() else line for line in lines).strip("\n")
