"""The rule of completion: a tree of conditions, checked so that a person can always reach it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.engines.content.fit import did_you_mean
from lms.engines.content.model import Json
from lms.engines.content.questions.source import plain_number
from lms.engines.content.sheet import Sheet
from lms.engines.source.yaml import Path

CONDITIONS = ("all", "any", "read", "passed", "average")
EVIDENCE = ("graded", "reported", "attended", "observed", "entered")
# Quizzes of a course are graded by the server, which also meets `reported`, or a named person enters a result.
POSSIBLE_EVIDENCE = ("graded", "entered", "reported")
BESIDE = {"passed": ("at_least", "evidence"), "average": ("evidence",)}


@dataclass(frozen=True)
class Rule:
    """Reads the rule of one course."""

    sheet: Sheet
    lessons: list[str]
    quizzes: list[str]

    def read(self, value: Any) -> Json:
        """Canonical, with defaults written out. Without a rule of its own a course asks for everything in it."""
        if value is None:
            return self._everything()
        return self._condition(value, ("completion",))

    def _everything(self) -> Json:
        read: list[Json] = [{"read": "all"}] if self.lessons else []
        return {"all": read + [{"passed": quiz, "evidence": "graded"} for quiz in self.quizzes]}

    def _condition(self, value: Any, where: Path) -> Json:
        if not isinstance(value, dict):
            self.sheet.error(where, f"expected a condition, one of {', '.join(f'{one}:' for one in CONDITIONS)}")
            return {}
        kinds = [key for key in value if key in CONDITIONS]
        if len(kinds) != 1:
            self._not_one(value, kinds, where)
            return {}
        for key in value:
            if key not in (kinds[0], *BESIDE.get(kinds[0], ())):
                known = did_you_mean(key, [*CONDITIONS, *BESIDE.get(kinds[0], ())])
                self.sheet.key_error((*where, key), f'"{key}" is not known beside {kinds[0]}; {known}')
        readers: dict[str, Callable[[Json, Path], Json]] = {
            "all": self._group,
            "any": self._group,
            "read": self._read,
            "passed": self._passed,
            "average": self._average,
        }
        return readers[kinds[0]](value, where)

    def _not_one(self, value: Json, kinds: list[str], where: Path) -> None:
        if kinds:
            message = f"{' and '.join(kinds)} stand in one condition; make each an entry of all: or any:"
            self.sheet.error(where, message)
        for key in value if not kinds else ():
            self.sheet.key_error((*where, key), f'"{key}" is no condition; {did_you_mean(key, list(CONDITIONS))}')
        if not value:
            self.sheet.error(where, f"the condition is empty; write one of {', '.join(CONDITIONS)}")

    def _group(self, value: Json, where: Path) -> Json:
        name = "all" if "all" in value else "any"
        parts, where = value[name], (*where, name)
        if not isinstance(parts, list):
            self.sheet.error(where, f'expected a list of conditions after {name}:, each line beginning with "- "')
            return {name: []}
        if not parts:
            self.sheet.error(where, f"{name}: names no condition, so nobody could complete the course; name one")
        return {name: [self._condition(part, (*where, index)) for index, part in enumerate(parts)]}

    def _read(self, value: Json, where: Path) -> Json:
        return {"read": self._names(value["read"], (*where, "read"), self.lessons, "lesson")}

    def _passed(self, value: Json, where: Path) -> Json:
        quiz = value["passed"]
        if quiz not in self.quizzes:
            known = did_you_mean(str(quiz), self.quizzes)
            self.sheet.error((*where, "passed"), f'the course has no quiz "{quiz}"; {known}')
        least = {"at_least": self._percent(value["at_least"], (*where, "at_least"))} if "at_least" in value else {}
        return {"passed": quiz, **least, "evidence": self._evidence(value, where)}

    def _average(self, value: Json, where: Path) -> Json:
        inner, where = value["average"], (*where, "average")
        if not isinstance(inner, dict):
            self.sheet.error(where, "expected quizzes: and at_least: after average:")
            return {}
        for key in inner:
            if key not in ("quizzes", "at_least"):
                known = did_you_mean(key, ["quizzes", "at_least"])
                self.sheet.key_error((*where, key), f'"{key}" is not known here; {known}')
        if "at_least" not in inner:
            self.sheet.error(where, '"at_least" is missing; add at_least: 70')
        quizzes = self._names(inner.get("quizzes", "all"), (*where, "quizzes"), self.quizzes, "quiz")
        least = self._percent(inner.get("at_least", 0), (*where, "at_least"))
        return {"average": {"quizzes": quizzes, "at_least": least}, "evidence": self._evidence(value, where[:-1])}

    def _names(self, value: Any, where: Path, known: list[str], what: str) -> Any:
        if value == "all":
            if not known:
                self.sheet.error(where, f"the course has no {what}, so nobody could meet this; delete it")
            return "all"
        if not isinstance(value, list):
            self.sheet.error(where, f"expected all, or a list of ids; {did_you_mean(str(value), known)}")
            return "all"
        if not value:
            self.sheet.error(where, f"the list names no {what}; write all, or name one")
        for index, name in enumerate(value):
            if name not in known:
                self.sheet.error(
                    (*where, index), f'the course has no {what} "{name}"; {did_you_mean(str(name), known)}'
                )
        return value

    def _percent(self, value: Any, where: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.sheet.error(where, "expected a number of percent, such as 70")
            return 0
        if not 0 <= value <= 100:
            self.sheet.error(where, f"{value} percent cannot be reached; write a number from 0 to 100")
        return plain_number(value)

    def _evidence(self, value: Json, where: Path) -> str:
        evidence = value.get("evidence", "graded")
        where = (*where, "evidence")
        if evidence not in EVIDENCE:
            self.sheet.error(
                where, f'"{evidence}" is no kind of evidence; {did_you_mean(str(evidence), list(EVIDENCE))}'
            )
        elif evidence not in POSSIBLE_EVIDENCE:
            self.sheet.error(where, f"a quiz never has the evidence {evidence}; write graded")
        return str(evidence)
