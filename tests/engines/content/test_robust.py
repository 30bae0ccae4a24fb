"""Whatever stands in a file, loading ends with problems at places, never with an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engines.content.restamp import restamp

from .samples import BANK_FILES, FILES, bank_folder, course_folder, load

PIECES = ["[", "]", "{", "}", "- ", "\n", "\n\n", ": ", "'", '"', "*", "`", "```\n", "$", "$$", "<b>", ":::", "\n:::\n"]
PIECES += [
    ":::note\n",
    "](",
    "![",
    "#",
    "&a",
    "!",
    "|",
    "> ",
    "  ",
    "\t",
    "null",
    "3",
    "[]",
    "{{x}}",
    "[^1]",
    "~",
    "no",
    "? ",
]
PIECES += ["1:30", "%", "---\n", "\r", "\x00", "한", "\u202e", "\\", "@", "😀"]


@st.composite
def spoiled(draw, files: dict[str, str]) -> dict[str, str]:
    """The files, one of them with a few pieces put in or cut out."""
    name = draw(st.sampled_from(sorted(files)))
    text = files[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[start + draw(st.integers(0, 12)) :]
    return {name: text}


@settings(max_examples=60, deadline=None)
@given(spoiled(FILES), spoiled(BANK_FILES))
def test_loading_ends(course, bank):
    loaded = load(course, bank)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)
    assert loaded.course or any(problem.severity == "error" for problem in loaded.problems)


@settings(max_examples=60, deadline=None)
@given(spoiled(BANK_FILES))
def test_stamping_ends(files):
    translated = {name.replace(".yaml", ".ko.yaml"): text for name, text in files.items()}
    assert isinstance(restamp(bank_folder(translated)), dict)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_may_be_a_lesson(data):
    assert load({"extra/more.md": data}).course is None
    assert restamp(course_folder({"extra/more.ko.md": data})) == {}
