"""Completion and its explanation."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.engines.progress.rules import RuleError, default_rule, evaluate
from lms.engines.progress.state import Activity


def lesson(name, read=True):
    return Activity(name, "lesson", read=read)


def quiz(name, percent=None, evidence="graded", passed=None, pass_percent=70):
    passed = passed if passed is not None or percent is None else percent >= pass_percent
    score = None if percent is None else Fraction(percent)
    return Activity(name, "quiz", passed=passed, percent=score, evidence=evidence, pass_percent=Fraction(pass_percent))


def sco(name, completed=True, passed=None, evidence="reported"):
    return Activity(name, "sco", completed=completed, passed=passed, evidence=evidence)


READ = {"read": "all"}
PASSED = {"passed": "q"}
BOTH = {"all": [READ, PASSED]}
AVERAGE = {"average": {"quizzes": "all", "at_least": 70}}
CASES = [
    ("all read", READ, [lesson("a"), lesson("b")], True, 1),
    ("one unread", READ, [lesson("a"), lesson("b", False)], False, "1/2"),
    ("listed", {"read": ["a"]}, [lesson("a"), lesson("b", False)], True, 1),
    ("listed one", {"read": "a"}, [lesson("a"), lesson("b", False)], True, 1),
    ("quizzes are not read", READ, [lesson("a"), quiz("q")], True, 1),
    ("passed", PASSED, [quiz("q", 70)], True, 1),
    ("failed", PASSED, [quiz("q", 69)], False, 0),
    ("not tried", PASSED, [quiz("q")], False, 0),
    ("at least, reached", {"passed": "q", "at_least": 80}, [quiz("q", 80)], True, 1),
    ("at least, passed below", {"passed": "q", "at_least": 80}, [quiz("q", 79)], False, 0),
    ("at least below the pass mark", {"passed": "q", "at_least": 50}, [quiz("q", 60)], False, 0),
    ("reported is not enough", PASSED, [quiz("q", 90, "reported")], False, 0),
    ("reported, if the rule says so", {"passed": "q", "evidence": "reported"}, [quiz("q", 90, "reported")], True, 1),
    ("graded is better than reported", {"passed": "q", "evidence": "reported"}, [quiz("q", 90)], True, 1),
    ("graded is not observed", {"passed": "q", "evidence": "observed"}, [quiz("q", 90)], False, 0),
    ("entered by a person", PASSED, [quiz("q", 90, "entered")], True, 1),
    ("entered without a figure", {"passed": "q", "at_least": 80}, [quiz("q", None, "entered", True)], True, 1),
    ("entered below", {"passed": "q", "at_least": 80}, [quiz("q", 75, "entered")], False, 0),
    ("evidence unknown", PASSED, [quiz("q", 90, "")], False, 0),
    ("both", BOTH, [lesson("a"), lesson("b"), quiz("q", 80)], True, 1),
    ("leaves weigh the same", BOTH, [lesson("a"), lesson("b"), quiz("q", 10)], False, "2/3"),
    ("any", {"any": [READ, PASSED]}, [lesson("a", False), quiz("q", 80)], True, 1),
    ("any, none met", {"any": [READ, PASSED]}, [lesson("a"), lesson("b", False), quiz("q")], False, "1/2"),
    ("an empty way is no way", {"any": [READ, PASSED]}, [quiz("q")], False, 0),
    ("nothing to read beside a quiz", BOTH, [quiz("q", 80)], True, 1),
    ("average", AVERAGE, [quiz("q", 60), quiz("r", 80)], True, 1),
    ("average below", AVERAGE, [quiz("q", 59), quiz("r", 80)], False, 0),
    ("average of a missing one", {"average": {"quizzes": ["q", "r"], "at_least": 50}},
     [quiz("q", 99), quiz("r")], False, 0),
    ("average of reported", AVERAGE, [quiz("q", 90, "reported")], False, 0),
    ("completed", {"completed": "all"}, [sco("s")], True, 1),
    ("completed and failed", {"completed": "all"}, [sco("s", passed=False)], False, 0),
    ("passed counts as completed", {"completed": "all"}, [sco("s", False, True)], True, 1),
    ("completed, but graded asked", {"completed": "all", "evidence": "graded"}, [sco("s")], False, 0),
    ("nested", {"all": [READ, {"any": [PASSED, {"passed": "r"}]}]}, [lesson("a"), quiz("q"), quiz("r", 70)], True, 1),
    ("unknown activity", PASSED, [lesson("a")], False, 0),
    ("unknown lesson", {"read": ["gone"]}, [lesson("a")], False, 0),
    ("unknown quiz in an average", {"average": {"quizzes": ["gone"], "at_least": 0}}, [], False, 0),
    ("an average of no quiz", {"all": [READ, AVERAGE]}, [lesson("a")], True, 1),
    ("completed, evidence not noted", {"completed": "all"}, [sco("s", evidence="")], True, 1),
    ("a choice of nothing beside a quiz", {"all": [PASSED, {"any": [READ]}]}, [quiz("q", 80)], True, 1),
    ("nothing asked", {"all": []}, [lesson("a")], False, 0),
    ("nothing there", READ, [], False, 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "activities", "complete", "fraction"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_rule(rule, activities, complete, fraction):
    result = evaluate(rule, activities)
    assert (result.complete, result.fraction) == (complete, Fraction(fraction))


WHY = [
    # rule, activities, code, current, needed, remaining
    (READ, [lesson("a"), lesson("b", False)], ("read", 1, 2, ("b",))),
    (PASSED, [quiz("q", 61)], ("passed", 61, 70, ("q",))),
    (PASSED, [quiz("q")], ("passed", None, 70, ("q",))),
    ({"passed": "q", "at_least": 80}, [quiz("q", 75)], ("passed", 75, 80, ("q",))),
    ({"passed": "q", "at_least": 60}, [quiz("q", 65)], ("passed", 65, 70, ("q",))),
    (PASSED, [quiz("q", 90, "reported")], ("needs-graded", 90, 70, ("q",))),
    (PASSED, [quiz("q", 50, "reported")], ("passed", 50, 70, ("q",))),
    ({"passed": "q", "evidence": "observed"}, [quiz("q", 90)], ("needs-observed", 90, 70, ("q",))),
    (AVERAGE, [quiz("q", 60), quiz("r", 70)], ("average", 65, 70, ("q", "r"))),
    (AVERAGE, [quiz("q", 90, "reported"), quiz("r", 90)], ("needs-graded", 45, 70, ("q", "r"))),
    (AVERAGE, [quiz("q", 70, "reported")], ("needs-graded", 0, 70, ("q",))),
    ({"completed": "all"}, [sco("s"), sco("t", False)], ("completed", 1, 2, ("t",))),
    ({"passed": "gone"}, [], ("unknown-activity", None, None, ("gone",))),
    ({"all": []}, [], ("no-condition", None, None, ())),
]


@pytest.mark.parametrize(("rule", "activities", "expected"), WHY, ids=repr)
def test_why_not_complete(rule, activities, expected):
    (condition,) = evaluate(rule, activities).missing
    assert (condition.code, condition.current, condition.needed, condition.remaining) == expected


def test_a_decision_by_a_person_is_shown_as_such():
    assert evaluate(PASSED, [quiz("q", 90, "entered")]).conditions[0].params == {"evidence": "entered"}


def test_an_average_shows_that_one_result_was_entered():
    assert evaluate(AVERAGE, [quiz("q", 90), quiz("r", 90, "entered")]).conditions[0].params == {"evidence": "entered"}


def test_ways_of_a_choice_are_told_apart():
    rule = {"all": [READ, {"any": [PASSED, {"all": [{"passed": "r"}, {"any": [{"passed": "s"}, {"passed": "t"}]}]}]}]}
    names = [lesson("a"), *(quiz(name) for name in "qrst")]
    assert [(one.activities[0], one.group) for one in evaluate(rule, names).conditions] == [
        ("a", ""),
        ("q", "2/1"),
        ("r", "2/2"),
        ("s", "2/2.2/1"),
        ("t", "2/2.2/2"),
    ]


def test_other_ways_of_a_choice_are_waived_once_one_is_met():
    result = evaluate({"any": [PASSED, {"passed": "r"}]}, [quiz("q", 80), quiz("r")])
    assert [(one.met, one.waived) for one in result.conditions] == [(True, False), (False, True)]
    assert result.missing == ()


BAD = [None, [], "read", {}, {"reads": "all"}, {"all": {}}, {"any": []}, {"read": 5},
       {"passed": "q", "evidence": "guessed"}, {"average": {"quizzes": "all", "at_least": None}}]  # fmt: skip


@pytest.mark.parametrize("rule", BAD, ids=repr)
def test_what_is_no_rule(rule):
    with pytest.raises(RuleError):
        evaluate(rule, [lesson("a"), quiz("q", 80)])


DEFAULTS = [
    ([lesson("a"), quiz("q")], {"all": [{"read": "all"}, {"passed": "q"}]}),
    ([sco("s")], {"all": [{"completed": "all"}]}),
    ([], {"all": []}),
]


@pytest.mark.parametrize(("activities", "rule"), DEFAULTS, ids=repr)
def test_default_rule(activities, rule):
    assert default_rule(activities) == rule


leaf = st.sampled_from(
    [READ, PASSED, {"read": ["a"]}, {"read": []}, {"passed": "r", "at_least": 90}, AVERAGE, {"passed": "gone"}]
)
rules = st.recursive(leaf, lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([{"all": parts}, {"any": parts}])), max_leaves=8)  # fmt: skip
percents = st.none() | st.integers(0, 100)


@given(rules, st.booleans(), st.booleans(), percents, percents)
def test_complete_is_whole_and_explained(rule, a, b, q, r):
    result = evaluate(rule, [lesson("a", a), lesson("b", b), quiz("q", q), quiz("r", r)])
    assert 0 <= result.fraction <= 1
    assert result.complete == (result.fraction == 1)
    assert result.complete == (not result.missing)


@given(rules, percents)
def test_doing_more_never_undoes(rule, q):
    before = evaluate(rule, [lesson("a", False), lesson("b", False), quiz("q", q), quiz("r")])
    after = evaluate(rule, [lesson("a"), lesson("b"), quiz("q", 100), quiz("r", 100)])
    assert after.fraction >= before.fraction
