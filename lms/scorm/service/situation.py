"""Where a registration stands in its package's tree: read when something is to be decided, written when it changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import PackageFacts
from lms.core import upsert
from lms.core.errors import NotFound
from lms.engines.scorm.state import State, objectives_to_json, state_from_json, state_to_json
from lms.engines.scorm.tree import Tree
from lms.learning import queries as learning
from lms.learning.queries import Reg
from lms.scorm.queries import GLOBALS, RUNS

Json = dict[str, Any]
_STATE = (RUNS.c.sequencing, RUNS.c.own, RUNS.c.seed)


@dataclass(slots=True)
class Situation:
    """`state` is what is known now; `written` the global objectives and stores as they were read, so that only what
    changed is merged into those that the learner has everywhere."""

    reg: Reg
    package: PackageFacts
    state: State
    stores: dict[str, str]
    written: Json

    @property
    def tree(self) -> Tree:
        return self.package.tree

    @property
    def sequenced(self) -> bool:
        return self.package.standard.startswith("scorm-2004")

    def key(self, item: str) -> str:
        return self.package.key_of[item]

    def item(self, key: str) -> str:
        return self.package.keys.get(key, "")


def load(session: Session, registration_id: int, *, lock: bool) -> Situation:
    """`lock`: what belongs to the learner everywhere waits for this transaction; the run's row is held already."""
    reg = learning.registration(session, registration_id)
    package = catalogue.package(session, reg.version_id) if reg else None
    row = session.execute(select(*_STATE).where(RUNS.c.registration_id == registration_id)).first()
    if reg is None or package is None or row is None:
        raise NotFound()
    everywhere = _everywhere(session, package, reg.user_id, lock)
    organization = package.organization
    objectives = (everywhere if organization.objectives_global_to_system else row.own).get("objectives", {})
    stores = (everywhere if organization.shared_data_global_to_system else row.own).get("stores", {})
    state = state_from_json({"seed": row.seed} | row.sequencing, objectives)
    return Situation(reg, package, state, dict(stores), {"objectives": objectives, "stores": dict(stores)})


def _everywhere(session: Session, package: PackageFacts, user_id: int, lock: bool) -> Json:
    """A package that shares nothing does not ask."""
    organization = package.organization
    nodes = package.tree.nodes
    maps = organization.objectives_global_to_system and any(
        one.maps for node in nodes for one in node.sequencing.all_objectives
    )
    shares = organization.shared_data_global_to_system and any(node.activity.shared_data for node in nodes)
    if not (maps or shares):
        return {}
    wanted = select(GLOBALS.c.objectives, GLOBALS.c.stores).where(GLOBALS.c.user_id == user_id)
    row = session.execute(wanted.with_for_update() if lock else wanted).first()
    if row is None and lock:
        # Two packages may begin at the same moment: the second waits here, then reads what the first has written.
        empty = {"user_id": user_id, "revision": 0, "objectives": {}, "stores": {}}
        session.execute(
            upsert.insert(session, GLOBALS).values(**empty).on_conflict_do_nothing(index_elements=["user_id"])
        )
        row = session.execute(wanted.with_for_update()).first()
    return {"objectives": row.objectives, "stores": row.stores} if row else {}


def store(session: Session, situation: Situation) -> Json:
    """Write what belongs to the learner everywhere; returns the columns of the run that hold the rest."""
    objectives = objectives_to_json(situation.state.global_objectives)
    own: Json = {}
    everywhere: Json = {}
    organization = situation.package.organization
    (everywhere if organization.objectives_global_to_system else own)["objectives"] = objectives
    (everywhere if organization.shared_data_global_to_system else own)["stores"] = situation.stores
    _merge(session, situation, everywhere)
    situation.written = {"objectives": objectives, "stores": dict(situation.stores)}
    return {"sequencing": state_to_json(situation.state), "own": own}


def _merge(session: Session, situation: Situation, everywhere: Json) -> None:
    before = situation.written
    changed = {
        name: {key: one for key, one in values.items() if before[name].get(key) != one}
        for name, values in everywhere.items()
    }
    if not any(changed.values()):
        return
    mine = GLOBALS.c.user_id == situation.reg.user_id
    row = session.execute(select(GLOBALS.c.objectives, GLOBALS.c.stores).where(mine).with_for_update()).one()
    merged = {name: getattr(row, name) | values for name, values in changed.items()}
    session.execute(update(GLOBALS).where(mine).values(revision=GLOBALS.c.revision + 1, **merged))


def begin_anew(situation: Situation) -> None:
    """An attempt on the whole course began: data that one experience of it shares begin anew (CAM 4.2.4)."""
    if not situation.package.organization.shared_data_global_to_system:
        situation.stores = {}


def moment(now: datetime) -> str:
    return now.isoformat()
