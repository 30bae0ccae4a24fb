"""The steps of getting in that hash: each lets its transaction go first, so that nobody waits for a password."""

from urllib.parse import parse_qs, urlsplit

from flask import Response, request, url_for
from flask import session as cookie
from itsdangerous import BadSignature, URLSafeSerializer

from lms.accounts import devices, hashing, held, passwords, throttle
from lms.accounts.doors import Doors
from lms.accounts.hashing import Pool
from lms.accounts.notices import Notice, latest
from lms.accounts.service import privacy, profile, sign_in, sign_up
from lms.accounts.service.people import Person
from lms.accounts.service.sign_in import Visitor
from lms.core import ids
from lms.core.clock import now
from lms.core.errors import Invalid, TooMany
from lms.core.logs import request_id
from lms.web.context import context, settings
from lms.web.identity import actor
from lms.web.transaction import release, session

#: What stays in the browser's cookie when another person signs in.
STAYS = ("lang",)
TWO_YEARS = 2 * 365 * 24 * 3600


def enter(typed: str, password: str) -> int:
    """Sign in this browser; returns the user id. Raises Busy, TooMany, or Invalid with `wrong` or `closed-to-you`."""
    who, moment = visitor(), now()
    if wait := _doors().wait(sign_in.doors(typed, who), moment):
        raise TooMany(retry_after=wait)
    with _hashing().place():
        ticket = sign_in.begin(session(), typed, who, moment)
        if _doors().to_be_swept(moment):
            throttle.sweep(session(), moment)
        release()
        if ticket.retry_after:
            _doors().close(ticket.closed, ticket.retry_after, moment)
            raise TooMany(retry_after=ticket.retry_after)
        right = _hashing().run(passwords.verify, ticket.password_hash, password)
        fresh = _hashing().run(passwords.renewed, ticket.password_hash or "", password) if right else None
    if not right:
        raise Invalid(fields={"form": "wrong"})
    if ticket.disabled:
        raise Invalid(fields={"form": "closed-to-you"})
    token = sign_in.finish(session(), ticket, fresh, device_label(), now(), settings().session_hours)
    assert ticket.user_id is not None
    _open(ticket.user_id, token)
    return ticket.user_id


def make_account(person: Person, password: str, notice: Notice, course: str = "") -> int:
    """Sign up, take the course, sign in. Raises Busy, TooMany or Invalid."""
    with _hashing().place():
        wait, taken = sign_up.begin(session(), person, visitor(), now())
        release()  # which keeps the count, whatever is refused now
        if wait:
            raise TooMany(retry_after=wait)
        if taken:
            raise Invalid(fields={"form": "taken-by-account"})
        _check_new(password, person.email, person.native_name, person.latin_name)
        hashed = _hashed(password)
    user_id, token = sign_up.finish(
        session(), person, hashed, notice, visitor(), device_label(), now(), settings().session_hours
    )
    if course:
        context().hooks.join_course(session(), user_id, course, now())
    _open(user_id, token)
    return user_id


def enter_by_link(code: str, purpose: str, password: str, about: str, notice: Notice | None) -> int:
    """Set a password by a one-time link and sign in. Raises Invalid; NotFound when the link has ended meanwhile."""
    _check_new(password, about)
    release()
    with _hashing().place():
        hashed = _hashed(password)
    user_id = profile.password_by_link(session(), code, purpose, hashed, now(), request_id.get())
    if notice:
        privacy.accept(session(), user_id, notice, now())
    token = sign_in.open_for(session(), user_id, device_label(), now(), settings().session_hours)
    _open(user_id, token)
    return user_id


def change_password(present: str, new: str, *about: str) -> None:
    """Raises Busy, TooMany, or Invalid at `present` or `password`."""
    _check_new(new, *about)
    with _hashing().place():
        wait, stored = profile.password_ticket(session(), actor(), now())
        release()
        if wait:
            raise TooMany(retry_after=wait)
        if not _hashing().run(passwords.verify, stored, present):
            raise Invalid(fields={"present_password": "password-wrong"})
        hashed = _hashed(new)
    profile.new_password(session(), actor(), stored, hashed, now())


def _hashed(password: str) -> str:
    return _hashing().run(passwords.hash_password, password)


def _hashing() -> Pool:
    known = context().extra
    return known.get("hashing") or known.setdefault(
        "hashing", hashing.pool(settings().web_workers, settings().web_threads)
    )


def _doors() -> Doors:
    known = context().extra
    return known.get("doors") or known.setdefault("doors", Doors())


def _check_new(password: str, *about: str) -> None:
    if code := passwords.weakness(password, *about):
        raise Invalid(fields={"password": f"password-{code}"})


def visitor() -> Visitor:
    return Visitor(request.remote_addr or "", _known_device(), request_id.get())


def device_label() -> str:
    return devices.label(request.headers.get("User-Agent", ""))


def _open(user_id: int, token: str) -> None:
    """Put the session into the cookie. Pages that the same person has open in other tabs stay good, others' do not."""
    stays = {name: cookie[name] for name in STAYS if name in cookie}
    if (
        (old := cookie.get("_user_id"))
        and context().hooks.owner_of(session(), old) == user_id
        and "csrf_token" in cookie
    ):
        stays["csrf_token"] = cookie["csrf_token"]
    cookie.clear()
    cookie.update(stays, _user_id=token)


def leave() -> None:
    """Take everything out of the cookie but the language."""
    stays = {name: cookie[name] for name in STAYS if name in cookie}
    cookie.clear()
    cookie.update(stays)


def _device_cookie() -> str:
    return "__Host-lms-device" if settings().secure else "lms-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="device")


def last_person() -> int | None:
    """Who signed in last in this browser, when even its cookie of the session is gone."""
    known = _known_device()
    return known[0] if known else None


def _known_device() -> tuple[int, str] | None:
    try:
        user_id, secret = _signer().loads(request.cookies.get(_device_cookie(), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return int(user_id), str(secret)


def remember_device(response: Response, user_id: int) -> Response:
    """So that strangers who fail at this person's name cannot close the door here."""
    known = _known_device()
    if known is None or known[0] != user_id:
        value = _signer().dumps([user_id, ids.short_id()])
        response.set_cookie(
            _device_cookie(), value, max_age=TWO_YEARS, secure=settings().secure, httponly=True, samesite="Lax"
        )
    return response


def onward(user_id: int, address: str | None, locale: str) -> str:
    """Where a person goes who has just come in: to the newer privacy notice once, else to the page they wanted."""
    target = own_address(address) or "/"
    if (token := held_token(target)) and held.find(session(), user_id, urlsplit(target).path, token, now()) is None:
        target = "/"
    if not privacy.has_accepted(session(), user_id, latest(locale).version):
        return url_for("accounts.privacy", next=target)
    return target


def held_token(address: str) -> str | None:
    return parse_qs(urlsplit(address).query).get("held", [None])[0]


def own_address(address: str | None) -> str | None:
    """A path of this site, or None: never the address of another, however it is written."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\", "/sign-")):
        return None
    return address if "\\" not in address and all(c > " " for c in address) else None
