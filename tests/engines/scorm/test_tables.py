"""The plays that the browser's adapter is given hold for the engine too: one truth, told twice."""

from collections.abc import Callable, Iterator

import pytest

from lms.engines.scorm.runtime import Session, from_json
from tests.engines.scorm.tables import Case, cases_12, cases_2004

METHODS = {
    "Initialize": Session.initialize,
    "Terminate": Session.terminate,
    "GetValue": Session.get,
    "SetValue": Session.set,
}


@pytest.mark.parametrize("cases", [cases_12, cases_2004])
def test_the_last_call_answers_as_the_table_says(cases: Callable[[], Iterator[Case]]) -> None:
    for case in cases():
        session = from_json(case.session)
        answers = [METHODS[name](session, *given) for name, *given in case.calls]
        assert (answers[-1], session.error) == case.expected, case.calls
