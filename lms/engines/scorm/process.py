"""OP.1 Overall Sequencing, SB.2.5-SB.2.8, SB.2.10-SB.2.13: one navigation request, from asking to delivery.

    navigate(tree, state, Request("continue"), now) → (new state, Decision)

Pure: the state given in stays as it was, and a request that is refused at once returns it unchanged. One that fails
later may have ended attempts on its way; the new state then says so, nothing is delivered, and the learner chooses.
"""

from dataclasses import dataclass

from lms.engines.scorm.choice import choice_request
from lms.engines.scorm.delivery import deliver, delivery_refused
from lms.engines.scorm.flow import BACKWARD, FORWARD, Found, flow
from lms.engines.scorm.navigation import CONTINUE, PREVIOUS, RESUME_ALL, START, Request, navigation_request
from lms.engines.scorm.state import State
from lms.engines.scorm.termination import EXIT_ALL, SUSPEND_ALL, end_everything, termination_request
from lms.engines.scorm.tracking import Work
from lms.engines.scorm.tree import Node, Tree

NO_FLOW = "SB.2.2-1"


@dataclass(frozen=True, slots=True)
class Decision:
    """`deliver` is the activity to launch, empty for none; `resumed` says that it continues a suspended attempt.
    `exception` is the standard's code. `session_ended` closes the player. `ended` are the activities whose attempts
    ended, from below; `begun` those whose attempts began or resumed, from above. `anew` says that an attempt on the
    whole course began: shared data that belong to one experience of it begin anew then."""

    deliver: str = ""
    resumed: bool = False
    exception: str = ""
    session_ended: bool = False
    ended: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    anew: bool = False


def navigate(tree: Tree, state: State, request: Request, now: str = "") -> tuple[State, Decision]:
    """OP.1 for one navigation request."""
    work = Work(tree, state, now)
    asked = navigation_request(work, request)
    if asked.exception:
        return state, Decision(exception=asked.exception)
    sequencing = asked.sequencing
    if asked.termination:
        terminated = termination_request(work, asked.termination)
        if terminated.exception:
            return state, Decision(exception=terminated.exception)
        sequencing = terminated.sequencing or sequencing
    found = sequencing_request(work, sequencing, request.target)
    return _carried_out(work, found)


def launch(tree: Tree, state: State, now: str = "") -> tuple[State, Decision]:
    """Open the course: resume what was suspended, otherwise start.

    A session that was cut off, by a closed window or a dead machine, counts as suspended. Where the learner had left
    the last activity before suspending, a cluster is what was suspended; that can't be delivered, so the course starts
    within its attempt. A course of one activity begins by itself, even where nothing flows, for there is nothing to
    choose from.
    """
    state = _cut_off(tree, state, now) if state.current else state
    if state.suspended:
        resumed = navigate(tree, state, Request(RESUME_ALL), now)
        if resumed[1].deliver:
            return resumed
    after, decision = navigate(tree, state, Request(START), now)
    if decision.exception != NO_FLOW or not is_single(tree):
        return after, decision
    return _carried_out(Work(tree, state, now), Found(tree.nodes[-1]))


def _cut_off(tree: Tree, state: State, now: str) -> State:
    """Where there is nothing to suspend, the session is over."""
    after, decision = navigate(tree, state, Request(SUSPEND_ALL), now)
    return navigate(tree, state, Request(EXIT_ALL), now)[0] if decision.exception else after


def is_single(tree: Tree) -> bool:
    return sum(node.leaf for node in tree.nodes) == 1


def _carried_out(work: Work, found: Found) -> tuple[State, Decision]:
    exception, resumed = found.exception, False
    if found.node:
        resumed = work.of(found.node).suspended
        exception = delivery_refused(work, found.node) or deliver(work, found.node)
    elif found.ends_session:
        end_session(work)
    return work.state(), Decision(
        deliver=found.node.identifier if found.node and not exception else "",
        resumed=resumed and not exception,
        exception="" if found.ends_session else exception,
        session_ended=found.ends_session,
        ended=tuple(one.identifier for one in work.ended),
        begun=tuple(one.identifier for one in work.begun),
        anew=work.anew,
    )


def end_session(work: Work) -> None:
    """Nothing stays active, and nothing is current; what was suspended stays so."""
    end_everything(work)
    work.current = None


def sequencing_request(work: Work, request: str, target: str = "") -> Found:
    """SB.2.12."""
    if request == START:
        return start_request(work)
    if request == RESUME_ALL:
        return Found(work.suspended) if work.suspended else Found(exception="SB.2.6-2")
    if request == "choice":
        chosen = work.tree.by_id.get(target)
        return choice_request(work, chosen) if chosen else Found(exception="SB.2.9-1")
    if work.current is None:
        return Found(exception="SB.2.11-1")
    if request == CONTINUE:
        return flow_request(work, work.current, FORWARD, "SB.2.7-2")
    if request == PREVIOUS:
        return flow_request(work, work.current, BACKWARD, "SB.2.8-2")
    if request == "retry":
        return retry_request(work, work.current)
    if request == "jump":
        return Found(work.tree.by_id.get(target))
    return exit_request(work, work.current)


def start_request(work: Work) -> Found:
    """SB.2.5: a session begins at the root."""
    if work.current:
        return Found(exception="SB.2.5-1")
    root = work.tree.root
    return Found(root) if root.leaf else flow(work, root, FORWARD, True)


def flow_request(work: Work, current: Node, direction: str, violation: str) -> Found:
    """SB.2.7 Continue and SB.2.8 Previous: the next or the previous activity in the order of the tree."""
    if current.parent and not current.parent.sequencing.control.flow:
        return Found(exception=violation)
    return flow(work, current, direction, False)


def retry_request(work: Work, current: Node) -> Found:
    """SB.2.10: the current activity once more, with a new attempt. Global objectives that belong to one experience of
    the course begin anew with its root."""
    tracking = work.of(current)
    if tracking.active or tracking.suspended:
        return Found(exception="SB.2.10-2")
    if current.parent is None and not work.tree.organization.objectives_global_to_system:
        work.globals = {}
        work.forget()
    if current.leaf:
        return Found(current)
    found = flow(work, current, FORWARD, True)
    return found if found.node else Found(exception="SB.2.10-3", ends_session=found.ends_session)


def exit_request(work: Work, current: Node) -> Found:
    """SB.2.11: the session ends once the root's attempt has ended."""
    if work.of(current).active:
        return Found(exception="SB.2.11-2")
    return Found(ends_session=current.parent is None)
