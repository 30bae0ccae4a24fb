"""What a lesson may refer to: glossary, references, other lessons, files, and its self-checks and media."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from html import escape

from lms.engines.content.around import EXTERNAL, Around
from lms.engines.content.assets import Assets
from lms.engines.content.checks import write_check
from lms.engines.content.fit import did_you_mean
from lms.engines.content.media import write_media
from lms.engines.content.model import Check, CourseText, Reference
from lms.engines.content.sheet import Sheet, parse_sheet
from lms.engines.source.address import Address, BadAddress, read_address
from lms.engines.source.labels import label
from lms.engines.source.markdown import Writer
from lms.engines.source.problem import Position, Problems
from lms.engines.source.surroundings import Directive, Link

LONGEST_SHORT_TITLE = 32


@dataclass(frozen=True)
class Neighbours:
    """The rest of the course, as a lesson sees it: ids of lessons by path, and where their pages are."""

    lessons: Mapping[str, str]
    lesson_url: Callable[[str], str]
    text: CourseText


class LessonAround(Around):
    def __init__(self, path: str, problems: Problems, assets: Assets, neighbours: Neighbours) -> None:
        super().__init__(path, problems, assets)
        self.neighbours = neighbours
        self.writer: Writer  # set by the lesson, because each knows the other
        self.terms: dict[str, None] = {}  # in the order of their first use
        self.references: dict[str, None] = {}
        self.checks: dict[str, Check] = {}
        self.check_ids: set[str] = set()
        self.media: dict[str, int] = {}
        self.bodies: list[tuple[int, int, object]] = []  # first line, count and value of each YAML body

    def lead(self, address: Address, at: Position) -> Link | None:
        if address.kind == "term":
            return self._term(address.target, at)
        if address.kind == "ref":
            return self._citation(address.target, at)
        if address.kind == "file" and address.target.partition("#")[0].endswith(".md"):
            return self._lesson(address.target, at)
        return super().lead(address, at)

    def _term(self, name: str, at: Position) -> Link | None:
        if name not in self.neighbours.text.glossary:
            self.error(at, f'the glossary has no "{name}"; {did_you_mean(name, list(self.neighbours.text.glossary))}')
            return None
        self.terms.setdefault(name)
        return Link({"class": "term", "data-term": name, "href": f"#term-{name}"})

    def _citation(self, name: str, at: Position) -> Link | None:
        known = self.neighbours.text.references
        if name not in known:
            self.error(at, f'the references have no "{name}"; {did_you_mean(name, list(known))}')
            return None
        self.references.setdefault(name)
        number = list(self.references).index(name) + 1
        return Link(
            {"class": "cite", "data-ref": name, "href": f"#ref-{name}"}, f"[{short(known[name], number)}, ", "]"
        )

    def _lesson(self, target: str, at: Position) -> Link | None:
        path, _, fragment = target.partition("#")
        if path not in self.neighbours.lessons:
            known = list(self.neighbours.lessons)
            self.error(at, f'no lesson of this course is "{path}"; {did_you_mean(path, known)}')
            return None
        if fragment:
            self.error(at, f'a link to another lesson leads to its beginning; delete "#{fragment}"')
            return None
        lesson = self.neighbours.lessons[path]
        return Link({"data-lesson": lesson, "href": self.neighbours.lesson_url(lesson)})

    def elsewhere(self, path: str) -> "LessonAround":
        """For a part of the page that stands in another file: what it uses counts for the page all the same."""
        around = copy(self)
        around.path = path
        return around

    def directive(self, directive: Directive) -> str:
        sheet = parse_sheet(directive.body, self.path, self.problems, directive.origin)
        if sheet is None:
            return ""
        self.bodies.append((directive.origin.first.line, directive.body.count("\n") + 1, sheet.document.value))
        return self._directive(directive, sheet)

    def _directive(self, directive: Directive, sheet: Sheet) -> str:
        if directive.name == "check":
            check, markup = write_check(directive, sheet, self.writer, self.check_ids)
            if check:
                self.checks[check.id] = check
            return markup
        return write_media(directive, sheet, self.writer, self)

    def ends(self) -> str:
        """The lists that the page's links lead to."""
        return self._reference_list() + self._term_list()

    def _reference_list(self) -> str:
        if not self.references:
            return ""
        known = self.neighbours.text.references
        items = "".join(f'<li id="ref-{name}">{_reference(known[name])}</li>\n' for name in self.references)
        return f'<section class="references"><h2>{self._label("references")}</h2>\n<ol>\n{items}</ol>\n</section>\n'

    def _term_list(self) -> str:
        if not self.terms:
            return ""
        terms = {name: self.neighbours.text.glossary[name] for name in self.terms}
        ordered = sorted(terms.items(), key=lambda item: item[1].term.casefold())
        items = "".join(
            f'<dt id="term-{name}">{escape(term.term)}</dt>\n<dd>{term.html}</dd>\n' for name, term in ordered
        )
        return f'<section class="glossary"><h2>{self._label("glossary")}</h2>\n<dl>\n{items}</dl>\n</section>\n'

    def _label(self, name: str) -> str:
        return escape(label(self.writer.locale, name))


def short(reference: Reference, number: int) -> str:
    """What stands in the text: the beginning of the title if it names the work, else the number in the list."""
    beginning = reference.title.partition(",")[0].partition(" (")[0].strip()
    return beginning if len(beginning) <= LONGEST_SHORT_TITLE else str(number)


def _reference(reference: Reference) -> str:
    title = escape(reference.title)
    try:
        web = reference.url and read_address(reference.url).kind == "web"
    except BadAddress:
        web = False
    if not web:
        return title
    names = "".join(f' {name}="{value}"' for name, value in EXTERNAL.items())
    return f'<a href="{escape(reference.url)}"{names}>{title}</a>'
