from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import ids
from lms.core.db import Base, BigId, SortKey


class User(Base):
    """A named person. States: active, disabled (`disabled_at`), invited (no `password_hash` yet).

    `assurance` says who stands for the identity: `self` (signed up), `email` (address confirmed) or
    `institution` (verified).
    """

    __tablename__ = "user_account"
    __table_args__ = (Index("ix_user_account_listed", "sort_name", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: What content and exports call the person; it says nothing about them and never changes.
    public_id: Mapped[str] = mapped_column(String(80), unique=True, default=ids.short_id)
    #: Both are stored casefolded; either signs in.
    user_name: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None]
    native_name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str] = mapped_column(String(200), default="")
    sort_name: Mapped[str] = mapped_column(SortKey)
    country: Mapped[str] = mapped_column(String(2), default="")
    institution: Mapped[str] = mapped_column(String(200), default="")
    timezone: Mapped[str] = mapped_column(String(60), default="UTC")
    locale: Mapped[str] = mapped_column(String(12), default="en")
    theme: Mapped[str] = mapped_column(String(8), default="")
    roles: Mapped[list[Any]]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    assurance: Mapped[str] = mapped_column(String(12), default="self")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class UserSession(Base):
    """One sign-in on one device; ended by signing out, by an administrator, by time or by inactivity."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="")


class SignInThrottle(Base):
    """Failures by key (a name, or an address range) in a window; `locked_until` closes the door for a while."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    window_start: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link for one use. Purposes: `reset` (password), `invite` (first password), `confirm` (e-mail)."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    #: For `confirm`: the address that is confirmed.
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(BigId)


class PrivacyAcceptance(Base):
    """Who accepted which privacy notice (by the hash of its file) in which language, and when."""

    __tablename__ = "privacy_acceptance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    notice_version: Mapped[str] = mapped_column(String(20))
    notice_hash: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class HeldForm(Base):
    """What a person had typed when their session had ended: shown again after signing in, to the same person only."""

    __tablename__ = "held_form"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(BigId)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
