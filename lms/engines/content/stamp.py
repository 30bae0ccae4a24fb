"""Which original a translation was made from: the beginning of a hash that stands in the translation."""

import json
from hashlib import sha256
from typing import Any

from lms.engines.source.encoding import normalise_bytes

LENGTH = 12


def file_stamp(original: bytes) -> str:
    """For course.xx.yaml, bank.xx.yaml and lesson.xx.md: of the bytes of the original file."""
    return sha256(normalise_bytes(original)).hexdigest()[:LENGTH]


def question_stamp(texts: dict[str, Any]) -> str:
    """For one question of questions.xx.yaml: of its original's translatable texts, so a new key changes nothing."""
    return sha256(canonical_json(texts).encode()).hexdigest()[:LENGTH]


def canonical_json(value: Any) -> str:
    """The same text for the same value, whatever the order of its keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
