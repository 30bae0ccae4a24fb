"""A page asks for the pen: it gets the newest lease, and the activity to go on with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.learning import page_loads
from lms.learning import queries as learning
from lms.learning.queries import Reg
from lms.scorm.queries import LAUNCHES, RUN_COLUMNS, RUNS, RunRow
from lms.scorm.service import waiting
from lms.scorm.service.navigate import launch
from lms.scorm.service.play import Play
from lms.scorm.service.shown import Shown, finish

_ROW = RUNS.c
# Whoever takes the pen has written: what an older window still sends is kept aside.
_TAKE = (
    update(RUNS)
    .where(_ROW.registration_id == bindparam("registration"))
    .values(lease=_ROW.lease + 1, written_lease=_ROW.lease + 1, revision=_ROW.revision + 1, saved_at=bindparam("now"))
    .returning(*RUN_COLUMNS)
)


@dataclass(frozen=True, slots=True)
class Taken:
    page_load: str
    lease: int
    revision: int
    standard: str
    reg: Reg
    shown: Shown


def scope(lease: int) -> str:
    """What a page load is good for: a page cannot claim another's lease."""
    return f"package:{lease}"


def take(session: Session, actor: Actor, registration_id: int, launch_id: int, now: datetime, secret_key: str) -> Taken:
    """The caller has heard who asks. Raises NotFound where there is no run, and for a person who was taken out of the
    course: what is on its way is still received, but nothing goes on."""
    row = session.execute(_TAKE, {"registration": registration_id, "now": now}).first()
    reg = learning.registration(session, registration_id)
    if row is None or reg is None or learning.find_registration(session, reg.user_id, reg.course_key) is None:
        raise NotFound()
    run = RunRow(*row)
    held = session.scalar(select(LAUNCHES.c.lease).where(LAUNCHES.c.id == launch_id))
    play = Play(session, actor, run, run.lease, now)
    page_load = page_loads.issue(secret_key, registration_id, scope(play.run.lease), now)
    # A page that is loaded again after its visit was over begins nothing; a new start does.
    over_here = run.decision.get("ended") and run.decision.get("lease") == held
    if over_here:
        play.change(decision=run.decision | {"lease": run.lease})
    else:
        waiting.apply_all(play)
        launch(play)
    shown = finish(play, again=True)
    play.write()
    name = page_load.partition(".")[0]
    mine = LAUNCHES.c.id == launch_id
    session.execute(update(LAUNCHES).where(mine).values(lease=play.run.lease, page_load=name, heard_at=now))
    standard = play.situation().package.standard
    if shown is None:
        raise AssertionError("whoever takes the pen is shown where they are")
    return Taken(page_load, play.run.lease, play.run.revision, standard, reg, shown)
