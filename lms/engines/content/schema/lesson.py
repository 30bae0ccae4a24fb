"""Bodies of the directives of a lesson."""

from typing import Annotated

from pydantic import Field

from lms.engines.content.schema.common import Authored, Line, Text, required


class CheckAnswerEntry(Authored):
    text: Text = required()
    right: bool = False
    feedback: Text = required()


class CheckBody(Authored):
    question: Text = required()
    answers: Annotated[list[CheckAnswerEntry], Field(min_length=1)] = required(list)


class MediaBody(Authored):
    src: Line = required()
    title: Line = required()
    low: Line = ""
    captions: dict[str, str] = Field(default_factory=dict)
    transcript: Text = required()
