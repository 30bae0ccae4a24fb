"""Work that follows from acts on accounts: mails, and the links in them, whose codes no outbox row ever holds.

Mail goes out when nothing is written: a slow mail server must not hold the database's write lock.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts import mails, names
from lms.accounts.models import User
from lms.accounts.service import links
from lms.core.jobs import Handler
from lms.core.tools import Tools

VALID = {links.RESET: links.MAILED, links.INVITE: links.INVITED, links.CONFIRM: links.CONFIRMING}


def handlers(tools: Tools) -> dict[str, Handler]:
    def send(_session: Session, payload: dict[str, Any], _now: datetime) -> None:
        tools.mailer.send(payload["to"], payload["subject"], payload["text"])

    def send_link(session: Session, payload: dict[str, Any], now: datetime) -> None:
        """A second run makes and sends a second link: both work until one is used."""
        user = session.scalars(select(User).where(User.id == payload["user_id"])).one()
        to = payload.get("email") or user.email
        if user.disabled_at or not to:
            return
        purpose = payload["purpose"]
        code = links.create(session, user.id, purpose, now, VALID[purpose], by=payload.get("by"), email=to)
        url = f"{tools.settings.base_url}/{purpose}/{code}"
        mail = mails.link_mail(purpose, to, user.native_name, url, user.locale)
        session.commit()
        tools.mailer.send(mail.to, mail.subject, mail.text)

    def reset_asked(session: Session, payload: dict[str, Any], now: datetime) -> None:
        """Looked up here, not while the person waits: the answer takes as long for who does not exist."""
        name = names.sign_in_name(payload["name"])
        known = select(User.id, User.password_hash).where(or_(User.email == name, User.user_name == name))
        if (row := session.execute(known).first()) is not None:
            purpose = links.RESET if row.password_hash else links.INVITE
            send_link(session, {"user_id": row.id, "purpose": purpose}, now)

    return {"mail.send": send, "account.link": send_link, "account.reset": reset_asked}
