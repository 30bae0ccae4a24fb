"""A whole course, as it comes out."""

import pytest

from lms.engines.content.load import load_course
from lms.engines.content.model import Draw, Lesson, Quiz, module_bytes

from .samples import bank_folder, course_folder, load, told, url


@pytest.fixture(scope="module")
def course():
    loaded = load()
    assert told(loaded) == []
    return loaded.course


def test_the_head_is_there(course):
    assert (course.id, course.hours, course.languages, course.practice) == ("clean", 1.5, ("en", "ko"), False)
    assert (course.enrol.by_self, course.enrol.sign_up) == (True, False)
    assert (course.certificate.signatory_name, course.certificate.valid_months) == ("Dr Kim", 24)


def test_texts_are_there(course):
    text = course.texts["en"]
    assert text.title == "Working clean"
    assert text.objectives == {"gowning": "Put on the gown", "moving": "Move slowly"}
    assert text.modules["people"].summary == "About people."
    assert text.quizzes == {"final": "Quiz: people"}
    assert text.glossary["airlock"].html == "<p>A room with <em>two</em> doors.</p>\n"
    assert text.references["annex1"].url == "https://example.org/annex1"
    assert text.certificate == "Certificate"


def test_a_language_without_texts_shows_the_original_and_says_so(course):
    assert course.texts["ko"].shown_locale == "en"
    assert course.activities[0].texts["ko"].shown_locale == "en"
    assert course.questions[0].texts["ko"].shown_locale == "en"


def test_activities_stand_in_order(course):
    assert [one.id for one in course.activities] == ["source", "gown", "final", "more"]
    assert [type(one) for one in course.modules[0].activities] == [Lesson, Lesson, Quiz]


def test_a_lesson_has_its_settings(course):
    source, gown = course.activities[:2]
    assert (source.minutes, source.objectives, source.path) == (5, ("gowning",), "people/source.md")
    assert source.read == {"reach_end": True, "share_of_minutes": 0.4, "checks": "all"}
    assert gown.read["checks"] == "none"
    assert gown.requires == ("source",)


def test_a_quiz_has_its_settings(course):
    quiz = course.activities[2]
    assert quiz.draw == (Draw("gowning", 2), Draw("moving", 1))
    assert (quiz.pass_percent, quiz.attempts, quiz.score, quiz.review) == (70, 3, "best", "after-send")
    assert quiz.shuffle == {"questions": True, "answers": True}
    assert quiz.requires == ("people-extra",)


def test_completion_has_its_defaults_written_out(course):
    assert course.completion == {
        "all": [{"read": "all"}, {"passed": "final", "at_least": 80, "evidence": "graded"}],
    }


def test_a_check_is_a_part_of_the_lessons_form(course):
    html = course.activities[0].texts["en"].html
    assert '<fieldset class="check" id="p5" data-check="shed">' in html
    assert '<input type="radio" name="check-shed" value="0"> <span>Everybody</span>' in html
    assert '<button type="submit" name="check" value="shed" class="btn">Check</button>' in html
    assert '<p class="check-feedback" data-answer="1" data-right="false" hidden>No.</p>' in html
    assert "<form" not in html


def test_a_check_is_known_with_its_right_answer(course):
    (check,) = course.activities[0].texts["en"].checks
    assert (check.id, check.right, check.answers[1].feedback) == ("shed", 0, "No.")


def test_terms_and_citations_lead_to_the_end_of_the_page(course):
    html = course.activities[0].texts["en"].html
    assert '<a class="term" data-term="airlock" href="#term-airlock">airlock</a>' in html
    assert '<dt id="term-airlock">airlock</dt>\n<dd><p>A room with <em>two</em> doors.</p>' in html
    assert '<a class="cite" data-ref="annex1" href="#ref-annex1">[EU GMP Annex 1, 4.14]</a>' in html
    assert '<li id="ref-annex1"><a href="https://example.org/annex1"' in html


def test_only_what_is_cited_is_listed(course):
    assert "ref-book" not in course.activities[0].texts["en"].html
    assert "<section" not in course.activities[3].texts["en"].html


def test_links_lead_to_lessons_files_and_out(course):
    source, gown = (one.texts["en"].html for one in course.activities[:2])
    assert '<a data-lesson="gown" href="gown">the gown</a>' in source
    form = course.assets["assets/form.pdf"]
    assert f'<a href="{url("assets/form.pdf", form.sha256)}">a form</a>' in gown
    assert '<a href="https://example.org" rel="noopener noreferrer" class="external">the site</a>' in gown


def test_the_caller_may_say_where_lessons_are():
    loaded = load_course(course_folder(), {"basics": bank_folder()}, url, lambda lesson: f"/lessons/{lesson}/")
    assert 'href="/lessons/gown/"' in loaded.course.activities[0].texts["en"].html


def test_contents_lead_to_headings(course):
    text = course.activities[0].texts["en"]
    assert text.toc == (("p2", "First air"),)
    assert '<h2 id="p2">First air</h2>' in text.html


def test_a_small_drawing_is_inlined_and_weighs_nothing_more(course):
    text = course.activities[0].texts["en"]
    assert '<rect class="f-wash"' in text.html
    assert text.bytes == len(text.html.encode())
    assert text.assets == ("assets/air.svg",)


def test_a_module_weighs_what_its_lessons_weigh(course):
    lessons = [one for one in course.modules[0].activities if isinstance(one, Lesson)]
    assert module_bytes(course.modules[0], "en") == sum(one.texts["en"].bytes for one in lessons)


def test_questions_have_keys_that_are_unique_in_the_course(course):
    assert [one.key for one in course.questions][:2] == ["basics/air-name", "basics/endotoxin"]


def test_without_a_rule_everything_is_asked_for():
    text = course_folder().files["course.yaml"].decode()
    start, end = text.index("completion:"), text.index("certificate:")
    loaded = load({"course.yaml": text[:start] + text[end:]})
    assert loaded.course.completion == {"all": [{"read": "all"}, {"passed": "final", "evidence": "graded"}]}


def test_without_course_yaml_there_is_no_course():
    (problem,) = load({"course.yaml": None}).problems
    assert str(problem).startswith("modules/clean/course.yaml:1:1: error: there is no course.yaml")


def test_an_error_anywhere_leaves_no_course():
    assert load({"extra/more.md": "no front matter"}).course is None
