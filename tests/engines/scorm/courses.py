"""Small trees, and a learner who goes through them: what the tests of sequencing speak in."""

from dataclasses import fields, replace

from lms.engines.scorm.definition import (
    Activity,
    ControlMode,
    DeliveryControls,
    Objective,
    ObjectiveMap,
    Organization,
    Resource,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from lms.engines.scorm.navigation import Request
from lms.engines.scorm.process import Decision, launch, navigate
from lms.engines.scorm.report import Reported, Result, initial, record
from lms.engines.scorm.state import State, objectives_to_json, state_from_json, state_to_json
from lms.engines.scorm.tracking import Work, completed, known, satisfied
from lms.engines.scorm.tree import Tree
from lms.engines.scorm.validity import validity

CONTROL = {one.name for one in fields(ControlMode)}
DELIVERY = {one.name for one in fields(DeliveryControls)}


def sequencing(**given):
    """Sequencing from fields of its own, of the control mode and of the delivery controls."""
    control = {name: given.pop(name) for name in CONTROL & given.keys()}
    delivery = {name: given.pop(name) for name in DELIVERY & given.keys()}
    return Sequencing(control=ControlMode(**control), delivery=DeliveryControls(**delivery), **given)


def leaf(identifier, **given):
    return Activity(identifier, identifier, Resource("r", "index.html"), sequencing=sequencing(**given))


def cluster(identifier, *children, **given):
    """A cluster that flows unless told otherwise."""
    return Activity(identifier, identifier, children=children, sequencing=sequencing(**{"flow": True} | given))


def course(*children, edition="2004-4", to_system=True, **given):
    return Tree(Organization(cluster("root", *children, **given), edition, objectives_global_to_system=to_system))


def rule(action, *conditions, combination="all"):
    """`rule("skip", "not satisfied", "completed")`; a condition may also be given whole."""
    return SequencingRule(action, tuple(condition(one) for one in conditions), combination)


def condition(words):
    if isinstance(words, RuleCondition):
        return words
    return RuleCondition(words.removeprefix("not "), negated=words.startswith("not "))


ALWAYS = "always"
SKIPPED = (rule("skip", ALWAYS),)
DISABLED = (rule("disabled", ALWAYS),)


def mapped(target, identifier="goal", **given):
    """An objective that reads nothing and writes nothing unless told."""
    maps = {name: given.pop(name) for name in list(given) if name.startswith(("read_", "write_"))}
    base = ObjectiveMap(target, read_satisfied=False, read_measure=False)
    return Objective(identifier, maps=(replace(base, **maps),), **given)


class Learner:
    """One registration. The state goes through JSON at every step, as it does in the database."""

    def __init__(self, tree, seed="seed"):
        self.tree, self.state, self.last = tree, State(seed=seed), Decision()

    @property
    def at(self):
        return self.state.current

    def open(self):
        return self._keep(launch(self.tree, self.state, "2026-11-21T12:00:00Z"))

    def ask(self, kind, target=""):
        return self._keep(navigate(self.tree, self.state, Request(kind, target), "2026-11-21T12:00:00Z"))

    def go(self, *steps):
        """`go("continue", "choice b", …)`; returns what was delivered each time."""
        return [self.ask(*step.split(" ", 1)).deliver for step in steps]

    def say(self, objectives=None, suspend=False, seconds=0.0, **own):
        given = {name: Result(**values) for name, values in (objectives or {}).items()}
        reported = Reported(Result(**own), given, suspend, seconds)
        self.state = record(self.tree, self.state, self.at, reported)
        return self

    def status(self, identifier):
        """(completed, satisfied, measure) as the rules see them."""
        work, node = Work(self.tree, self.state), self.tree.by_id[identifier]
        primary = node.sequencing.primary
        return completed(work, node, primary), satisfied(work, node, primary), known(work, node, primary, "measure")

    def tracking(self, identifier):
        return Work(self.tree, self.state).of(self.tree.by_id[identifier])

    def table(self):
        return validity(self.tree, self.state)

    def initial(self):
        return initial(self.tree, self.state, self.at)

    def _keep(self, result):
        state, self.last = result
        self.state = state_from_json(state_to_json(state), objectives_to_json(state.global_objectives))
        return self.last


def opened(*children, **given):
    learner = Learner(course(*children, **given))
    learner.open()
    return learner
