"""What a text asks of the course or bank around it."""

from dataclasses import dataclass, field
from typing import Protocol

from lms.engines.source.problem import Origin, Position


@dataclass(frozen=True)
class Link:
    """Attributes of the <a>, and words put before and after the author's."""

    attributes: dict[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Directive:
    """A `:::` block whose body is YAML."""

    name: str
    argument: str
    body: str
    block_id: str
    at: Position
    argument_at: Position
    origin: Origin


class Surroundings(Protocol):
    """All three collect a problem and answer with None or nothing when the author asked for what is not there."""

    def link(self, href: str, at: Position) -> Link | None:
        """`#…` links never come here: the text knows its own headings."""

    def picture(self, src: str, alternative: str, at: Position, prefix: str) -> str:
        """Safe markup; ids inside it begin with the prefix."""

    def directive(self, directive: Directive) -> str:
        """Safe markup."""
