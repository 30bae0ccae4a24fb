"""Mail out: a real server by setting, else files that a developer can open."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lms.core import files, ids
from lms.core.errors import SettingError


class Mailer(Protocol):
    def send(self, to: str, subject: str, text: str) -> None: ...


def compose(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """A plain-text message; header injection is refused by the email package (ValueError)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="cleanroom.invalid")
    message.set_content(text)
    return message


class FileMailer:
    """Writes each message as an .eml file; for demo and development."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        files.make_folder(self.folder)
        with files.whole(self.folder / f"{ids.short_id()}.eml") as file:
            file.write(bytes(compose(self.sender, to, subject, text)))


class SmtpMailer:
    """SMTP with STARTTLS (`smtp://`) or TLS (`smtps://`); raises OSError or SMTPException, and the job retries."""

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        with self._open() as server:
            server.send_message(compose(self.sender, to, subject, text))

    def greet(self, patience: float = 5) -> None:
        """Come as far as a message would, and send none."""
        with self._open(patience) as server:
            server.noop()

    @contextmanager
    def _open(self, patience: float = 20) -> Iterator[smtplib.SMTP]:
        host, port = self.parts.hostname or "", self.parts.port
        if self.parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=patience)
        else:
            server = smtplib.SMTP(host, port or 587, timeout=patience)
        with server:
            if self.parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            yield server


def mailer(url: str, sender: str, data_dir: Path) -> Mailer:
    if not url:
        return FileMailer(data_dir / "mail", sender)
    if urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname:
        raise SettingError("LMS_MAIL_URL is not an address such as smtp://user:password@host:587.")
    return SmtpMailer(url, sender)
