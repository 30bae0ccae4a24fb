"""Nothing that a trainee has answered is lost, whatever goes away, and nothing counts twice.

Tried: with a journal that writes nothing on the device, `…closed_tab_could_not_send…` and `…ended_session…` fail.
The fence and the idempotency key are in tests/quizzes/test_save.py, the hiding of keys in test_without_scripts.py.
"""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Route, expect

from tests.browser.conftest import Complaints
from tests.browser.journal import set_clock
from tests.browser.pages import follow
from tests.browser.people import Trainee
from tests.browser.quiz import (
    at_question,
    begin,
    choose,
    cut,
    door,
    end_time,
    forward,
    kept,
    open_question,
    says,
    send,
    takes_pen,
    until,
)
from tests.browser.server import Server
from tests.people import PASSWORD

#: What Chromium itself writes when a request gets no answer, or one that says no.
FAILED = "Failed to load resource"


def test_a_killed_server_loses_nothing_and_counts_nothing_twice(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = alice.page()
    attempt = begin(page)
    choose(page, "two")
    until(lambda: door(server, attempt) == "two")
    server.kill()
    choose(page, "three")
    says(page, "kept")
    server.start()
    says(page, "saved")
    assert (door(server, attempt), len(kept(server, attempt).acts)) == ("three", 2)


def test_without_a_line_answers_wait_on_the_device(server: Server, alice: Trainee, complaints: Complaints) -> None:
    complaints.expect(FAILED)
    page = alice.page()
    attempt = begin(page)
    choose(page, "one")
    until(lambda: door(server, attempt) == "one")
    alice.context.set_offline(True)
    choose(page, "two")
    says(page, "kept")
    expect(page.locator("[data-save-now]")).to_contain_text("1 answer to send")
    alice.context.set_offline(False)
    says(page, "saved")
    assert door(server, attempt) == "two"


def test_a_tab_closed_right_after_an_answer_loses_nothing(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    choose(page, "three")
    page.close()
    open_question(alice.page(), attempt, 2)
    until(lambda: door(server, attempt) == "three")
    assert len(kept(server, attempt).acts) == 1


def test_what_a_closed_tab_could_not_send_the_next_one_sends(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    cut(page)
    choose(page, "three")
    says(page, "kept")
    page.close()
    assert door(server, attempt) is None
    again = alice.page()
    open_question(again, attempt, 1)
    until(lambda: door(server, attempt) == "three")
    expect(again.get_by_label("Three", exact=True)).to_be_checked()
    assert len(kept(server, attempt).acts) == 1


def test_without_a_line_the_question_stays_on_the_screen(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = alice.page()
    attempt = begin(page)
    expect(page.locator("[data-save-now]")).to_be_hidden()
    alice.context.set_offline(True)
    choose(page, "two")
    forward(page).click()
    says(page, "kept")
    at_question(page, 1)
    alice.context.set_offline(False)
    says(page, "saved")
    follow(page, forward(page))
    at_question(page, 2)
    assert len(kept(server, attempt).acts) == 1


def test_what_is_left_on_the_device_is_sent_before_the_quiz_is(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    cut(page)
    choose(page, "two")
    page.close()
    page = alice.page()
    page.goto(f"/attempts/{attempt}/check")
    expect(page.locator("[data-question='1'].answered").first).to_be_attached()  # it has loaded itself again
    send(page)
    assert door(server, attempt) == "two"
    assert kept(server, attempt).late == 0


def test_what_comes_when_time_is_over_is_kept_and_shown(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    cut(page)
    choose(page, "two")
    page.close()
    end_time(server, attempt, timedelta(minutes=-1))
    page = alice.page()
    page.goto(f"/attempts/{attempt}/review")
    expect(page.get_by_role("heading", name="Kept, but not graded")).to_be_visible()
    stored = kept(server, attempt)
    assert (stored.state, stored.late, stored.responses) == ("expired", 1, {})


def test_when_time_ends_the_page_goes_to_the_result(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    choose(page, "two")
    until(lambda: door(server, attempt) == "two")
    end_time(server, attempt, timedelta(seconds=2))
    page.reload()
    page.wait_for_url("**/review")
    assert (kept(server, attempt).state, kept(server, attempt).late) == ("expired", 0)


def test_going_on_at_once_keeps_the_answer(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    choose(page, "two")
    follow(page, forward(page))
    at_question(page, 2)
    until(lambda: door(server, attempt) == "two")


def test_an_answer_that_is_given_before_the_script_has_come_is_kept(server: Server, alice: Trainee) -> None:
    """On a poor line the question stands there long before what saves it."""
    page = alice.page()
    attempt = begin(page)
    held: list[Route] = []
    page.route("**/quiz-page.*.js", lambda route: held.append(route))
    with page.expect_request("**/quiz-page.*.js"):
        page.goto(f"/attempts/{attempt}/questions/1", wait_until="commit")
    choose(page, "two")
    for script in held:
        script.continue_()
    says(page, "saved")
    assert door(server, attempt) == "two"


def test_going_back_shows_what_is_saved(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    choose(page, "one")
    follow(page, forward(page))
    at_question(page, 2)
    page.go_back()
    at_question(page, 1)
    expect(page.get_by_label("One", exact=True)).to_be_checked()
    choose(page, "three")
    until(lambda: door(server, attempt) == "three")
    assert len(kept(server, attempt).acts) == 2


def test_a_second_tab_takes_the_pen(server: Server, alice: Trainee) -> None:
    first = alice.page()
    attempt = begin(first)
    takes_pen(first)
    choose(first, "one")
    until(lambda: door(server, attempt) == "one")
    open_question(alice.page(), attempt, 1)
    says(first, "older")
    expect(first.get_by_label("Three", exact=True)).to_be_disabled()


def test_a_lost_answer_about_the_pen_does_not_lock_the_page(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    """The server has given the pen, the page does not know it, and what it sends looks older than itself."""
    complaints.expect(FAILED)
    page = alice.page()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/take-over", lose, times=1)
    attempt = begin(page)
    choose(page, "two")
    says(page, "saved")
    choose(page, "three")
    until(lambda: door(server, attempt) == "three")
    assert kept(server, attempt).late == 0


def test_a_copied_tab_takes_a_pen_of_its_own(server: Server, alice: Trainee) -> None:
    """It has got the number of the pen with everything else that its original keeps in its session."""
    first = alice.page()
    attempt = begin(first)
    takes_pen(first)
    choose(first, "one")
    until(lambda: door(server, attempt) == "one")
    with first.expect_popup():
        first.evaluate("() => { window.open(location.href); }")
    says(first, "older")


def test_the_first_tab_can_take_it_back(server: Server, alice: Trainee) -> None:
    first, second = alice.page(), alice.page()
    attempt = begin(first)
    takes_pen(first)
    open_question(second, attempt, 1)
    choose(second, "two")
    until(lambda: door(server, attempt) == "two")
    says(first, "older")
    follow(first, first.get_by_role("button", name="Use this tab"))
    expect(first.get_by_label("Two", exact=True)).to_be_checked()
    choose(first, "one")
    until(lambda: door(server, attempt) == "one")
    says(second, "older")


def test_what_an_older_device_sends_is_kept_aside(server: Server, alice: Trainee) -> None:
    """Another device cannot be told at once: what it sends after the newer one has written is late, and says so."""
    phone, desk = alice.page(), alice.elsewhere().new_page()
    attempt = begin(phone)
    takes_pen(phone)
    open_question(desk, attempt, 1)
    choose(desk, "two")
    until(lambda: door(server, attempt) == "two")
    choose(phone, "three")
    says(phone, "older")
    stored = kept(server, attempt)
    assert (stored.responses["q1-single"], stored.late) == ({"choice": "two"}, 1)


def test_an_ended_session_keeps_answers_until_one_has_signed_in(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    page = alice.page()
    attempt = begin(page)
    alice.end_session()
    choose(page, "two")
    says(page, "signin")
    follow(page, page.locator("[data-save-now]").get_by_role("link"))
    page.get_by_label("E-mail or user name").fill(alice.someone.user_name)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    at_question(page, 1)
    expect(page.get_by_label("Two", exact=True)).to_be_checked()
    until(lambda: door(server, attempt) == "two")


def test_nothing_is_sent_for_another_person(server: Server, alice: Trainee, trainee: Callable[..., Trainee]) -> None:
    """Two people share a computer: what Alice could not send stays hers."""
    page = alice.page()
    attempt = begin(page)
    cut(page)
    choose(page, "two")
    page.close()
    alice.become(trainee())
    other = alice.page()
    his = begin(other)
    choose(other, "three")
    until(lambda: door(server, his) == "three")
    alice.become(alice)
    assert door(server, attempt) is None
    open_question(alice.page(), attempt, 1)
    until(lambda: door(server, attempt) == "two")


def test_a_database_that_is_busy_is_waited_for(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    with server.busy():
        choose(page, "two")
        says(page, "saving")
    says(page, "saved")
    assert door(server, attempt) == "two"


def test_a_browser_that_keeps_nothing_says_so_and_sends_at_once(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    complaints.expect(FAILED)
    alice.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    )
    page = alice.page()
    attempt = begin(page)
    alice.context.set_offline(True)
    choose(page, "two")
    says(page, "unkept")
    alice.context.set_offline(False)
    says(page, "saved")
    assert door(server, attempt) == "two"


def test_an_answer_that_was_not_accepted_can_be_given_again(server: Server, alice: Trainee) -> None:
    """Its number was taken: what is stored under it is another answer."""
    page = alice.page()
    attempt = begin(page)
    takes_pen(page)
    taken = {"acked": 1, "missing": [], "late": [], "refused": [{"n": 1, "message": "It did not arrive."}]}
    page.route("**/operations", lambda route: route.fulfill(json=taken), times=1)
    choose(page, "two")
    says(page, "refused")
    follow(page, forward(page))
    at_question(page, 2)
    expect(page.locator("[data-save-now]")).to_contain_text("It did not arrive.")
    again = page.get_by_role("link", name="Give it again")
    follow(page, again)
    at_question(page, 1)
    again.click()
    says(page, "saved")
    assert door(server, attempt) == "two"


def test_a_clock_that_is_wrong_and_set_again_changes_nothing(server: Server, alice: Trainee) -> None:
    page = alice.page()
    attempt = begin(page)
    for days, one in ((1, "one"), (-1, "two"), (0, "three")):
        set_clock(page, days)
        choose(page, one)
        until(lambda one=one: door(server, attempt) == one)
    says(page, "saved")
    follow(page, forward(page))
    assert (kept(server, attempt).late, len(kept(server, attempt).acts)) == (0, 3)
