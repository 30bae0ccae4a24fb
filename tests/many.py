"""Many trainees at once, made by the database itself: no service would finish in time."""

from sqlalchemy import text
from sqlalchemy.orm import Session

#: Above every id that is made by other means.
BASE = 1_000_000
# What both databases understand; each statement begins with the numbers that it is made for.
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_FILL = """
INSERT INTO user_account (
    id, public_id, user_name, email, native_name, latin_name, sort_name, country, institution, timezone, locale, theme,
    roles, assurance, is_demo, created_at
) {numbers}
SELECT
    i, 'many-' || CAST(i AS VARCHAR(9)), 'many.' || CAST(i AS VARCHAR(9)),
    'many.' || CAST(i AS VARCHAR(9)) || '@example.org',
    'Trainee ' || CAST(i AS VARCHAR(9)), '', 'trainee ' || CAST(i AS VARCHAR(9)), 'KR', 'Institute of Many', 'UTC',
    'en', '', '["trainee"]', 'self', false, {at}
FROM n;

INSERT INTO enrolment (id, user_id, course_id, origin, reason, created_at) {numbers}
SELECT i, i, {course}, 'list', '', {at} FROM n;

INSERT INTO registration (
    id, enrolment_id, user_id, course_id, version_id, sort_name, started_at, changed_at, status, progress
) {numbers}
SELECT i, i, i, {course}, {version}, 'trainee ' || CAST(i AS VARCHAR(9)), {at}, {at}, 'in-progress', 40 FROM n;

INSERT INTO activity_state (
    registration_id, activity_key, status, score, evidence, locale, data, revision, started_at, changed_at
) {numbers}
SELECT i, activity.key, 'passed', 87.5, 'graded', 'en', '{{"place": 3}}', 1, {at}, {at}
FROM n CROSS JOIN ({activities}) AS activity
"""


def fill(session: Session, course_id: int, version_id: int, activities: list[str], first: int, last: int) -> None:
    """Trainees `first` to `last` of a course, named "Trainee 1000001" and so on, with a state of each activity."""
    script = _FILL.format(
        numbers=_NUMBERS.format(first=BASE + first, last=BASE + last),
        at="'2026-11-20 08:00:00.000000'",
        course=course_id,
        version=version_id,
        activities=" UNION ALL ".join(f"SELECT '{key}' AS key" for key in activities),
    )
    for statement in script.split(";"):
        session.execute(text(statement.replace(":", "\\:")))
