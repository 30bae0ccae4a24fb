from lms.core.recent import Recent


def test_it_keeps_what_was_used_last() -> None:
    recent: Recent[int, str] = Recent(2)
    recent.put(1, "one")
    recent.put(2, "two")
    recent.get(1)
    recent.put(3, "three")
    assert [recent.get(key) for key in (1, 2, 3)] == ["one", None, "three"]


def test_it_forgets() -> None:
    recent: Recent[int, str] = Recent(2)
    recent.put(1, "one")
    recent.clear()
    assert recent.get(1) is None
