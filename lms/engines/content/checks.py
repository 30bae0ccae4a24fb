"""`:::check`: a question inside a lesson, answered with feedback and without a score."""

from html import escape

from lms.engines.content.fit import fit
from lms.engines.content.model import Check, CheckAnswer
from lms.engines.content.schema.common import ID, MOST_ID
from lms.engines.content.schema.lesson import CheckBody
from lms.engines.content.sheet import Sheet
from lms.engines.source.markdown import Writer
from lms.engines.source.surroundings import Directive


def write_check(directive: Directive, sheet: Sheet, writer: Writer, seen: set[str]) -> tuple[Check | None, str]:
    """The check as data, and as part of the form that the whole lesson stands in. Its id is added to `seen`."""
    body = fit(sheet, CheckBody)
    name = _name(directive, writer, seen)
    _judge(body, sheet)
    answers = [writer.line(answer.text, sheet.origin(answer.where("text"))) for answer in body.answers]
    feedback = [writer.line(answer.feedback, sheet.origin(answer.where("feedback"))) for answer in body.answers]
    question = writer.line(body.question, sheet.origin(("question",)))
    rights = [answer.right for answer in body.answers]
    if not name or rights.count(True) != 1:
        return None, ""
    check = Check(name, tuple(CheckAnswer(*pair) for pair in zip(rights, feedback, strict=True)))
    return check, _markup(check, directive.block_id, question, answers, writer)


def _name(directive: Directive, writer: Writer, seen: set[str]) -> str:
    name = directive.argument
    if not name:
        writer.error(directive.at, "the check needs an id: write it after :::check, such as :::check first-air")
    elif not ID.fullmatch(name) or len(name) > MOST_ID:
        writer.error(
            directive.argument_at, f'"{name}" is no id: lower-case letters, digits, hyphens, at most {MOST_ID}'
        )
    elif name in seen:
        writer.error(directive.argument_at, f'a check "{name}" is here twice; give each its own id')
    seen.add(name)
    return name if ID.fullmatch(name) else ""


def _judge(body: CheckBody, sheet: Sheet) -> None:
    right = [answer for answer in body.answers if answer.right]
    if body.answers and not right:
        sheet.error(("answers",), "no answer is right; write right: true at the one that is")
    for answer in right[1:]:
        sheet.error(answer.where("right"), "a second answer is right; a check has exactly one")
    if len(body.answers) == 1:
        sheet.error(("answers",), "a check needs two answers or more")


def _markup(check: Check, block_id: str, question: str, answers: list[str], writer: Writer) -> str:
    name = escape(check.id)
    options = "".join(
        f'<label class="check-answer"><input type="radio" name="check-{name}" value="{index}"> '
        f"<span>{text}</span></label>\n"
        for index, text in enumerate(answers)
    )
    feedback = "".join(
        f'<p class="check-feedback" data-answer="{index}" data-right="{str(answer.right).lower()}" hidden>'
        f"{answer.feedback}</p>\n"
        for index, answer in enumerate(check.answers)
    )
    return (
        f'<fieldset class="check" id="{block_id}" data-check="{name}">\n'
        f'<legend><span class="check-label">{writer.label("check-yourself")}</span> {question}</legend>\n{options}'
        f'<button type="submit" name="check" value="{name}" class="btn">{writer.label("check")}</button>\n'
        f"{feedback}</fieldset>"
    )
