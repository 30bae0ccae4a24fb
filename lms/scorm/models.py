from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId


class PackageRun(Base):
    """A registration's run of a package: one row that guards it. Lease, revision and sequencing state stand together,
    and a batch updates this row first: that is the fence.

    `status`: open (an activity may run), ended (the sequencing session is over; the next launch begins or resumes).
    `label` is the name of the host that serves this registration alone. `current` is the key of the activity that
    was delivered. `sequencing` is the state of the engine without global objectives that belong to the learner;
    `own` holds those that belong to this registration alone: {"objectives": {...}, "stores": {target: value}}.
    `decision` is what the last navigation came to: {"page_load", "number", "attempt", "shown", "exception",
    "ended", "lease", "sensitive": whether what a SCO says can change what is valid}.
    `waiting` holds what is stored and not yet applied, because the page sent something before it that has not come:
    {"page_load", "done": the last number applied, "since": time, "ops": [{"n", "kind", "body"}]}.
    """

    __tablename__ = "package_run"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(63), unique=True)
    lease: Mapped[int] = mapped_column(default=0)
    #: The newest lease under which something was saved.
    written_lease: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12), default="ended")
    current: Mapped[str] = mapped_column(String(60), default="")
    #: Decides selection and order of children, once and for all attempts; never leaves the server.
    seed: Mapped[str] = mapped_column(String(64))
    sequencing: Mapped[dict[str, Any]]
    own: Mapped[dict[str, Any]]
    decision: Mapped[dict[str, Any]]
    waiting: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class PackageLaunch(Base):
    """One opening of the player. The code is used once; the write token names the launch and ends with its session."""

    __tablename__ = "package_launch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("user_session.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_until: Mapped[datetime]
    exchanged_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="")
    #: The newest lease and page load that this launch was given.
    lease: Mapped[int] = mapped_column(default=0)
    page_load: Mapped[str] = mapped_column(String(32), default="")
    started_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]


class ScoAttempt(Base):
    """The run-time data of one attempt at one SCO. Old attempts are kept.

    `phase` new, running or ended is that of the newest session of the attempt; `data` is the engine's JSON of it, with
    "unrecorded" while sequencing has not been told of its end.
    """

    __tablename__ = "sco_attempt"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    activity_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    phase: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any]]
    #: What the SCO has set since it was launched, by element: only that is reported to sequencing.
    told: Mapped[list[Any]]
    began_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LearnerGlobals(Base):
    """Global objectives and shared data that belong to a learner and the whole system (SN 3.10, CAM 4.2.4)."""

    __tablename__ = "learner_globals"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    objectives: Mapped[dict[str, Any]]
    stores: Mapped[dict[str, Any]]


class LaunchTrace(Base):
    """Calls of a launch as the page saw them, in order: the flight recorder. It is no record of learning."""

    __tablename__ = "launch_trace"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    launch_id: Mapped[int] = mapped_column(ForeignKey("package_launch.id"), index=True)
    received_at: Mapped[datetime]
    calls: Mapped[list[Any]]
