"""The player's shell against a server that plays ours: what it delivers, sends, keeps and says."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.barriers import barriers
from tests.browser.conftest import Complaints
from tests.browser.journal import NO_STORAGE
from tests.browser.player import TERMINATES, Course, PlayerStub
from tests.browser.quiz import until

LARGE = 300_000


@pytest.fixture
def course() -> Course:
    return Course()


@pytest.fixture
def host(course: Course) -> Iterator[PlayerStub]:
    with PlayerStub(course) as host:
        yield host


def part(page: Page, number: int) -> Frame:
    """The page of the content, once it is there."""
    frame = page.wait_for_selector(f"iframe[title='Part {number}']", state="attached").content_frame()
    assert frame is not None
    frame.wait_for_load_state()
    return frame


@pytest.fixture
def start(context: BrowserContext, host: PlayerStub) -> Callable[..., Page]:
    def started(number: int = 1) -> Page:
        page = context.new_page()
        page.goto(host.url)
        if number:
            part(page, number)
        return page

    return started


def press(page: Page, name: str) -> None:
    page.get_by_test_id(f"nav-{name}").click()


def kinds(course: Course) -> list[str]:
    return [op["kind"] for op in course.acts()]


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-say]")).to_contain_text(words)


def saves(page: Page, state: str, words: str = "") -> None:
    expect(page.locator(f'[data-save="{state}"] [data-save-now]')).to_contain_text(words)


def test_the_code_leaves_the_address_and_the_content_starts(start: Callable[..., Page], host: PlayerStub) -> None:
    page = start()
    assert page.url == f"{host.origin}/"


def test_the_first_question_of_the_content_is_answered_at_once(start: Callable[..., Page], host: PlayerStub) -> None:
    host.scripts["part-1"] = "<script>api.Initialize(''); window.name = api.GetValue('cmi.learner_name');</script>"
    assert part(start(), 1).evaluate("window.name") == "Kim, Alice"


def test_what_the_content_does_is_sent_and_shown_as_saved(start: Callable[..., Page], course: Course) -> None:
    page = start()
    part(page, 1).evaluate("api.Initialize(''), api.SetValue('cmi.location', 'p3'), api.Commit('')")
    saves(page, "saved", "14:02")
    assert kinds(course) == ["init", "set", "commit"]
    assert course.acts("set")[0]["body"] == {"k": "sco-1", "a": 1, "e": "cmi.location", "v": "p3"}


def test_scorm_12_content_finds_its_own_api(start: Callable[..., Page], course: Course) -> None:
    course.standard = "1.2"
    page = start()
    calls = "[api.LMSInitialize(''), api.LMSGetValue('cmi.core.student_id'), api.LMSFinish('')]"
    assert part(page, 1).evaluate(calls) == ["true", "alice-7", "true"]
    until(lambda: kinds(course) == ["init", "end"])


def test_a_navigation_costs_one_round_trip(start: Callable[..., Page], host: PlayerStub, course: Course) -> None:
    """What the page says while it goes, and the request, travel together, and the reply brings the next part."""
    host.scripts["part-1"] = TERMINATES.replace("LAST", "api.SetValue('cmi.location', 'end');")
    page = start()
    until(lambda: kinds(course) == ["init"])
    press(page, "continue")
    part(page, 2)
    assert [[op["kind"] for op in batch["ops"]] for batch in host.batches] == [["init"], ["set", "end", "nav"]]


def test_a_navigation_whose_reply_got_lost_arrives_all_the_same(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    host.lost.add("nav")
    page = start()
    press(page, "continue")
    part(page, 2)
    assert len(course.acts("nav")) == 1


def test_our_navigation_beats_the_contents_last_wish(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    host.scripts["part-1"] = TERMINATES.replace("LAST", "api.SetValue('adl.nav.request', 'exitAll');")
    page = start()
    press(page, "continue")
    part(page, 2)
    assert course.acts("end")[0]["body"] == {"k": "sco-1", "a": 1, "taken": True}


def test_the_contents_own_wish_is_followed(start: Callable[..., Page], course: Course) -> None:
    page = start()
    part(page, 1).evaluate("api.Initialize(''), api.SetValue('adl.nav.request', 'continue'), api.Terminate('')")
    part(page, 2)
    assert course.acts("nav") == []


def test_to_terminate_alone_leads_nowhere(start: Callable[..., Page], course: Course) -> None:
    page = start()
    part(page, 1).evaluate("api.Initialize(''), api.Terminate('')")
    saves(page, "saved")
    expect(page.locator("[data-note]")).to_contain_text("This part is finished.")
    expect(page.locator("iframe")).to_have_attribute("title", "Part 1")


def test_a_late_call_of_the_part_before_reaches_nobody(start: Callable[..., Page], course: Course) -> None:
    """The next part has an API of its own; the old one has ended."""
    page = start()
    part(page, 1).evaluate("api.Initialize(''), parent.old = api, 0")
    press(page, "continue")
    part(page, 2).evaluate("api.Initialize(''), 0")
    assert page.evaluate("[old.SetValue('cmi.location', 'x'), API_1484_11.GetValue('cmi.location')]") == ["true", ""]


def test_the_outline_shows_where_one_is_and_leads_on(start: Callable[..., Page], course: Course) -> None:
    page = start()
    entries = page.locator("[data-item-id]").evaluate_all(
        "all => all.map(one => [one.dataset.itemId, one.ariaCurrent, one.ariaDisabled])"
    )
    expected = [["ORG", "false", "true"], ["ITEM-0", "true", "false"], ["ITEM-1", "false", "false"]]
    assert entries == [*expected, ["ITEM-2", "false", "true"]]
    page.locator("[data-item-id=ITEM-1]").click()
    part(page, 2)
    assert course.acts("nav")[0]["body"] == {"k": "sco-1", "a": 1, "request": "choice", "target": "ITEM-1"}


def test_what_the_package_hides_is_not_there(start: Callable[..., Page], course: Course) -> None:
    course.hide = ["exitAll", "continue"]
    page = start()
    expect(page.get_by_test_id("nav-suspendAll")).to_be_visible()
    for hidden in ("exitAll", "continue", "previous"):
        expect(page.get_by_test_id(f"nav-{hidden}")).to_be_hidden()


def test_the_end_shows_only_when_all_is_stored(start: Callable[..., Page], host: PlayerStub) -> None:
    page = start()
    host.fail["/x/operations"] = 503
    press(page, "exitAll")
    says(page, "No connection")
    expect(page.get_by_test_id("session-ended")).to_have_count(0)
    host.fail.clear()
    expect(page.get_by_test_id("session-ended")).to_be_visible()
    expect(page.get_by_role("link", name="Back to the course page", exact=True)).to_be_visible()


@pytest.fixture(autouse=True)
def failures(complaints: Complaints) -> None:
    complaints.expect("Failed to load resource")


def test_a_reload_goes_on_with_a_new_lease(start: Callable[..., Page], course: Course) -> None:
    page = start()
    page.reload()
    part(page, 1).evaluate("api.Initialize(''), 0")
    until(lambda: ("load-2", 1) in course.stored)


def test_without_line_changes_are_kept_and_counted_and_go_later(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    page = start()
    host.fail["/x/operations"] = 0
    part(page, 1).evaluate(
        "api.Initialize(''), api.SetValue('cmi.location', '1'), api.SetValue('cmi.location', '2'), 0"
    )
    saves(page, "kept", "2 changes kept on this device")
    host.fail.clear()
    saves(page, "saved")
    assert kinds(course) == ["init", "set", "set"]


def test_what_a_closed_page_left_goes_before_the_lease_is_taken(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    page = start()
    host.fail["/x/operations"] = 0
    part(page, 1).evaluate("api.Initialize(''), api.SetValue('cmi.location', 'kept'), 0")
    saves(page, "kept")
    page.close()
    host.fail.clear()
    launches = []
    operations = course.operations
    course.operations = lambda batch: (launches.append(course.launches), operations(batch))[1]  # type: ignore[method-assign]
    start()
    assert launches[0] == 1
    assert [(load, op["kind"]) for (load, _), op in sorted(course.stored.items())] == [
        ("load-1", "init"),
        ("load-1", "set"),
    ]


def test_a_large_value_goes_up_and_the_small_ones_leave_with_the_page(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    """The browser lets no more than 64 kB go with a closing page."""
    page = start()
    host.fail["/x/operations"] = 0
    part(page, 1).evaluate(
        f"api.Initialize(''), api.SetValue('cmi.suspend_data', 'x'.repeat({LARGE})), "
        "api.SetValue('cmi.completion_status', 'completed'), 0"
    )
    saves(page, "kept")
    host.fail.clear()
    page.goto(f"{host.origin}/elsewhere")
    host.wait(lambda: ("load-1", 3) in course.stored)
    start()
    host.wait(lambda: ("load-1", 2) in course.stored)
    assert len(course.stored["load-1", 2]["body"]["v"]) == LARGE


def test_what_the_content_says_while_the_page_goes_arrives(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    host.scripts["part-1"] = TERMINATES.replace("LAST", "api.SetValue('cmi.location', 'last');")
    page = start()
    until(lambda: kinds(course) == ["init"])
    page.goto(f"{host.origin}/elsewhere")
    host.wait(lambda: kinds(course) == ["init", "set", "end"])
    assert "taken" not in course.acts("end")[0]["body"]


def test_the_older_of_two_tabs_turns_read_only_at_once(start: Callable[..., Page], course: Course) -> None:
    older = start()
    newer = start()
    saves(older, "older", "Read-only here")
    assert older.locator("[data-stage]").evaluate("stage => stage.inert")
    expect(older.get_by_test_id("nav-continue")).to_have_attribute("aria-disabled", "true")
    older.get_by_role("button", name="Use this tab").click()
    saves(newer, "older")
    part(older, 1).evaluate("api.Initialize(''), 0")
    until(lambda: ("load-3", 1) in course.stored)


def test_a_page_that_keeps_nothing_says_so_and_sends_at_once(
    context: BrowserContext, host: PlayerStub, course: Course
) -> None:
    context.add_init_script(f"{NO_STORAGE};")
    page = context.new_page()
    page.goto(host.url)
    inside = part(page, 1)
    host.fail["/x/operations"] = 503
    inside.evaluate("api.Initialize(''), 0")
    saves(page, "unkept")
    host.fail.clear()
    saves(page, "saved")
    assert kinds(course) == ["init"]


def test_a_page_that_rests_keeps_its_token_alive(context: BrowserContext, host: PlayerStub) -> None:
    """A write token lives for half an hour, and somebody may read one page for longer."""
    page = context.new_page()
    page.clock.install()
    page.goto(host.url)
    part(page, 1)
    page.clock.fast_forward("10:00")
    host.wait(lambda: [batch["ops"] for batch in host.batches] == [[]])


def test_another_device_that_took_over_is_told_by_the_reply(
    start: Callable[..., Page], course: Course, new_context: Callable[..., BrowserContext], host: PlayerStub
) -> None:
    page = start()
    elsewhere = new_context().new_page()
    elsewhere.goto(host.url)
    part(elsewhere, 1)
    part(page, 1).evaluate("api.Initialize(''), 0")
    saves(page, "older")


def test_an_ended_session_leads_back_to_the_course_page(
    start: Callable[..., Page], host: PlayerStub, course: Course
) -> None:
    page = start()
    host.fail["/x/operations"] = 401
    part(page, 1).evaluate("api.Initialize(''), 0")
    saves(page, "signin")
    assert page.locator("[data-save-now] a").get_attribute("href") == "/course?again"
    host.fail.clear()
    start()
    assert ("load-1", 1) in course.stored


def test_a_page_without_a_start_offers_to_continue(context: BrowserContext, host: PlayerStub) -> None:
    page = context.new_page()
    page.goto(f"{host.origin}/#used")
    says(page, "Start again from the course page")
    page.get_by_role("link", name="Back to the course page", exact=True).click()
    expect(page).to_have_title("The course page")


def test_a_start_waits_for_the_line(context: BrowserContext, host: PlayerStub) -> None:
    host.fail["/x/take"] = 503
    page = context.new_page()
    page.goto(host.url)
    says(page, "No connection")
    host.fail.clear()
    page.get_by_role("button", name="Try again").click()
    part(page, 1)


def test_leaving_sends_what_is_left_first(start: Callable[..., Page], host: PlayerStub, course: Course) -> None:
    host.scripts["part-1"] = TERMINATES.replace("LAST", "")
    page = start()
    page.get_by_role("link", name="Leave").click()
    expect(page).to_have_title("The course page")
    until(lambda: kinds(course) == ["init", "end"])


def test_leaving_works_without_a_line(start: Callable[..., Page], host: PlayerStub) -> None:
    page = start()
    host.fail["/x/operations"] = 0
    part(page, 1).evaluate("api.Initialize(''), 0")
    page.get_by_role("link", name="Leave").click()
    expect(page).to_have_title("The course page")


def test_an_asset_counts_as_opened(start: Callable[..., Page], course: Course) -> None:
    course.kind = "asset"
    start()
    until(lambda: kinds(course) == ["opened"])


def test_what_must_be_read_is_marked_by_the_learner(start: Callable[..., Page], course: Course) -> None:
    course.kind, course.unscripted = "asset", "marked"
    page = start()
    page.get_by_role("button", name="I have read this").click()
    until(lambda: kinds(course) == ["opened", "read"])


def test_a_page_that_never_called_the_api_was_opened(start: Callable[..., Page], course: Course) -> None:
    page = start()
    press(page, "continue")
    part(page, 2)
    assert course.acts("opened")[0]["body"] == {"k": "sco-1", "a": 1, "quiet": True}


def test_content_gets_a_window_of_its_own_from_a_click(start: Callable[..., Page], course: Course) -> None:
    page = start()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open in its own window").click()
    window = opened.value
    window.wait_for_url("**/part-1.html")
    assert window.evaluate("api.Initialize('')") == "true"
    until(lambda: ("load-2", 1) in course.stored)
    says(page, "The course is open in its own window")
    page.get_by_role("button", name="Go on here").click()
    part(page, 1)
    until(window.is_closed)


def test_the_recorder_tells_what_was_called_and_answered(start: Callable[..., Page], host: PlayerStub) -> None:
    page = start()
    part(page, 1).evaluate(
        "api.Initialize(''), api.GetValue('cmi.mode'), api.GetValue('cmi.mode'), api.SetValue('cmi.mode', 'x'), 0"
    )
    page.goto(f"{host.origin}/elsewhere")
    host.wait(lambda: bool(host.traces))
    rows = [row[1:] for row in host.traces[0] if not row[1].startswith("(")]
    assert rows == [
        ["Initialize", "", "", "true", "0"],
        ["GetValue", "cmi.mode", "×2", "normal", "0"],
        ["SetValue", "cmi.mode", "x", "false", "404"],
    ]


def test_nobody_knows_what_comes_next_while_a_status_is_under_way(start: Callable[..., Page], host: PlayerStub) -> None:
    page = start()
    frame = part(page, 1)
    asked = "api.GetValue('adl.nav.request_valid.continue')"
    answers = frame.evaluate(f"[api.Initialize(''), {asked}, api.SetValue('cmi.success_status', 'passed'), {asked}]")
    assert answers == ["true", "true", "true", "unknown"]
    saves(page, "saved")
    assert frame.evaluate(asked) == "true"


def test_content_wider_than_the_screen_is_drawn_smaller(start: Callable[..., Page], host: PlayerStub) -> None:
    host.scripts["part-1"] = (
        "<style>h1 { width: 1400px; }</style><script>document.querySelector('meta[name]').remove()</script>"
    )
    page = start(0)
    page.set_viewport_size({"width": 360, "height": 740})
    part(page, 1)
    until(lambda: "scale" in (page.locator("iframe").get_attribute("style") or ""))
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("size", [(360, 740), (1280, 800)], ids=["phone", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_shell_has_no_barrier(
    new_context: Callable[..., BrowserContext], host: PlayerStub, size: tuple[int, int], scheme: str
) -> None:
    page = new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme).new_page()
    page.goto(host.url)
    part(page, 1)
    if size[0] < 1024:
        page.get_by_role("button", name="Outline").click()
    assert barriers(page) == []


def test_on_a_phone_the_content_gets_nearly_all_of_the_height(
    new_context: Callable[..., BrowserContext], host: PlayerStub
) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(host.url)
    part(page, 1)
    box = page.locator("iframe").bounding_box()
    assert box and box["height"] >= 740 - 2 * 49 and box["width"] == 360


def test_the_keyboard_reaches_the_way_out_before_the_content(start: Callable[..., Page]) -> None:
    page = start()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().split(' ')[0]"))
    assert reached[:3] == ["Skip", "Outline", "Leave"]


def test_after_a_navigation_the_content_has_the_focus(start: Callable[..., Page]) -> None:
    page = start()
    page.get_by_test_id("nav-continue").focus()
    page.keyboard.press("Enter")
    part(page, 2)
    assert page.evaluate("document.activeElement.title") == "Part 2"
    expect(page.locator("[data-polite]")).to_have_text("Part 2")
