"""Any course at all: random trees with random rules, walked at random, always from the same seeds."""

from itertools import pairwise
from random import Random

import pytest

from lms.engines.scorm.definition import (
    CompletionThreshold,
    ConstrainedChoice,
    LimitConditions,
    Objective,
    ObjectiveMap,
    Randomisation,
    RollupCondition,
    RollupConsiderations,
    RollupControls,
    RollupRule,
)
from lms.engines.scorm.rules import CONDITIONS
from lms.engines.scorm.validity import KINDS
from tests.engines.scorm.courses import Learner, cluster, condition, course, leaf, rule

BEFORE = ("skip", "disabled", "hiddenFromChoice", "stopForwardTraversal")
AFTER = ("exitParent", "exitAll", "retry", "retryAll", "continue", "previous")
TIMINGS = ("never", "once", "onEachNewAttempt")
WHEN = ("always", "ifAttempted", "ifNotSkipped", "ifNotSuspended")
STEPS = 25


class Author:
    """Writes courses that no person would."""

    def __init__(self, seed):
        self.random, self.count = Random(seed), 0

    def likely(self, chance=0.3):
        return self.random.random() < chance

    def one(self, *choices):
        return self.random.choice(choices)

    def course(self):
        return course(*self.children(3), edition=self.one("2004-3", "2004-4"), **self.settings(choice=True))

    def children(self, depth):
        return [self.activity(depth - 1) for _ in range(self.random.randint(1, 4))]

    def activity(self, depth):
        self.count += 1
        name, settings = f"n{self.count}", self.settings()
        return (
            cluster(name, *self.children(depth), **settings) if depth and self.likely(0.4) else leaf(name, **settings)
        )

    def settings(self, **fixed):
        flags = ("choice", "flow", "choice_exit", "tracked")
        given = dict.fromkeys(flags, True) | {flag: False for flag in flags if self.likely(0.05)}
        given["forward_only"] = self.likely(0.05)
        given["pre_rules"] = self.rules(BEFORE, 0.05)
        given["post_rules"] = self.rules(AFTER, 0.1)
        given["exit_rules"] = self.rules(("exit",), 0.05)
        given["primary"] = self.objective("goal")
        given["objectives"] = (self.objective("side"),)
        given["constrained_choice"] = ConstrainedChoice(self.likely(0.1), self.likely(0.1))
        given["limits"] = LimitConditions(self.one(1, 2) if self.likely(0.1) else None)
        given["randomisation"] = Randomisation(
            self.one(*TIMINGS), self.one(None, 1, 2), self.one(*TIMINGS), self.likely()
        )
        given["rollup_rules"] = self.rollup_rules()
        given["rollup_controls"] = RollupControls(self.likely(0.9), self.likely(0.9), self.one(0, 0.5, 1))
        given["rollup_considerations"] = RollupConsiderations(*(self.one(*WHEN) for _ in range(4)), self.likely())
        given["completion"] = CompletionThreshold(self.likely(0.2), 0.5, self.one(0, 1))
        return given | fixed

    def rules(self, actions, chance):
        words = [one for one in CONDITIONS if one != "always" or self.likely(0.2)]
        return tuple(
            rule(
                self.one(*actions),
                condition(self.one("", "not ") + self.one(*words)),
                combination=self.one("all", "any"),
            )
            for _ in range(3)
            if self.likely(chance)
        )

    def objective(self, name):
        flags = (
            "read_satisfied",
            "read_measure",
            "write_satisfied",
            "write_measure",
            "read_completion",
            "write_completion",
        )
        maps = (ObjectiveMap(self.one("g", "h"), **{flag: self.likely(0.5) for flag in flags}),)
        return Objective(name, self.likely(0.2), 0.5, maps if self.likely() else ())

    def rollup_rules(self):
        if not self.likely():
            return ()
        action = self.one("satisfied", "notSatisfied", "completed", "incomplete")
        child_set = self.one("all", "any", "none", "atLeastCount", "atLeastPercent")
        conditions = (RollupCondition(self.one("satisfied", "completed", "attempted"), self.likely()),)
        return (RollupRule(action, conditions, self.one("all", "any"), child_set, 1, 0.5),)

    def step(self, learner):
        if learner.at and self.likely(0.7):
            said = {
                "success": self.one("", "passed", "failed", "unknown"),
                "completion": self.one("", "completed", "incomplete"),
            }
            learner.say(
                {"side": {"success": self.one("passed", "failed")}},
                self.likely(0.1),
                scaled=self.one(None, 0.4, 1.0),
                **said,
            )
        if not learner.at or self.likely(0.05):
            return learner.open()
        target = self.one(*learner.tree.nodes).identifier
        return learner.ask(
            *self.one(("choice", target), ("jump", target), *((kind, "") for kind in KINDS[:2] * 3 + KINDS))
        )


def walks(seed):
    author = Author(seed)
    learner = Learner(author.course(), str(seed))
    learner.open()
    for _ in range(STEPS):
        yield learner, author.step(learner)


def active(learner):
    return {node for node in learner.tree.nodes if learner.tracking(node.identifier).active}


@pytest.mark.parametrize("seed", range(60))
def test_only_one_path_is_ever_active(seed):
    """DB.2, UP.3: what is active leads from the root to one activity, and ends with what was delivered."""
    for learner, decision in walks(seed):
        nodes = sorted(active(learner), key=lambda node: node.depth)
        assert all(above.holds(below) for above, below in pairwise(nodes))
        if decision.deliver:
            assert nodes[-1].identifier == decision.deliver == learner.at
        if decision.session_ended:
            assert (nodes, learner.at) == ([], "")


@pytest.mark.parametrize("seed", range(60))
def test_a_decision_is_one_of_three(seed):
    """Something is delivered, the session ends, or there is a code that says why not; plain exit and abandon apart."""
    for _, decision in walks(seed):
        assert (bool(decision.deliver) + decision.session_ended + bool(decision.exception)) <= 1


@pytest.mark.parametrize("seed", range(30))
def test_the_table_of_choices_keeps_its_word(seed):
    """What it offers is delivered, unless a rule after the exit decides otherwise."""
    for learner, _ in walks(seed):
        table = learner.table()
        for target in sorted(table.choices)[:4]:
            other = Learner(learner.tree)
            other.state = learner.state
            decision = other.ask("choice", target)
            assert decision.deliver or overridden(learner), (target, decision)


def overridden(learner):
    current = learner.tree.by_id.get(learner.at)
    above = [] if current is None else [node for node in learner.tree.nodes if node.holds(current)]
    return any(node.sequencing.post_rules or node.sequencing.exit_rules for node in above)
