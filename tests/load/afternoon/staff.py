"""What administrators and instructors look at while everybody learns: lists, gradebooks, exports."""

from collections.abc import Iterator

from tests.load.afternoon.crowd import Ask, Story
from tests.load.afternoon.journal import insist
from tests.load.afternoon.visits import Visit

#: Seconds between two pages, and after how many of them comes an export.
LOOK, EXPORT_AFTER = 6.0, 5
#: There are as many staff in a small run as in a large one: they go no faster than a page a second in any.
FASTEST = 6.0
PAGES = {
    "administrator": ("/people", "/enrolments", "/gradebook/{course}", "/jobs"),
    "instructor": ("/gradebook", "/gradebook/{course}", "/desk"),
    "quality": ("/audit", "/gradebook/{course}"),
}
FORMS = ("csv", "json", "xlsx")


def working(visit: Visit, role: str, course: str, lasts: float, speed: float) -> Story:
    for turn, at in enumerate(_times(lasts, LOOK * max(1.0, speed / FASTEST))):
        if turn % EXPORT_AFTER == EXPORT_AFTER - 1:
            form = FORMS[turn // EXPORT_AFTER % len(FORMS)]
            path = f"/gradebook/{course}/export.{form}"
            yield from insist(Ask(f"export {form}", path, at=at), visit.chance)
        else:
            path = PAGES[role][turn % len(PAGES[role])].format(course=course)
            yield from insist(Ask("staff page", path, at=at), visit.chance)


def _times(lasts: float, step: float) -> Iterator[float]:
    return (step * turn for turn in range(1, int(lasts // step) + 1))
