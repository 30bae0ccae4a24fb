"""The stored HTML of a lesson with the person's answers to its self-checks filled in."""

import re
from collections.abc import Mapping

CHECK = re.compile(r'(<fieldset class="check"[^>]* data-check="([a-z0-9-]+)">)(.*?)(</fieldset>)', re.DOTALL)


def answered(html: str, answers: Mapping[str, int | None]) -> str:
    """Chosen answers are checked and their feedback is shown; the rest of the page stays as it was published."""
    if not answers:
        return html
    return CHECK.sub(lambda found: _filled(found, answers), html)


def _filled(found: re.Match[str], answers: Mapping[str, int | None]) -> str:
    head, name, body, tail = found.groups()
    answer = answers.get(name)
    if answer is None:
        return found.group()
    body = body.replace(f'name="check-{name}" value="{answer}">', f'name="check-{name}" value="{answer}" checked>')
    body = re.sub(
        rf'class="check-feedback" data-answer="{answer}" data-right="(true|false)" hidden',
        lambda part: (
            f'class="check-feedback {"right" if part.group(1) == "true" else "wrong"}" data-answer="{answer}"'
            f' data-right="{part.group(1)}"'
        ),
        body,
    )
    return head + body + tail


def anchor(html: str, check: str) -> str:
    """The id of the block that a self-check is; empty when the page has no such check."""
    found = re.search(rf'<fieldset class="check" id="([^"]+)" data-check="{re.escape(check)}"', html)
    return found.group(1) if found else ""
