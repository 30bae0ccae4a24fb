"""WTForms as all features use them: one base class, and typed words that survive an ended session."""

from typing import Any, TypeVar

from flask import g, request
from flask import session as cookie
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.clock import now
from lms.core.recent import Recent
from lms.web.context import context
from lms.web.identity import signed_in
from lms.web.json_body import json_object
from lms.web.numbers import fits
from lms.web.transaction import SAFE, session

csrf = CSRFProtect()
#: About 300 bytes each.
MOST_TOKENS = 10_000


def csrf_token() -> str:
    """For pages: Flask-WTF's token of this browser, signed once; it has no age of its own (WTF_CSRF_TIME_LIMIT)."""
    signed: Recent[str, str] = context().extra.setdefault("csrf_tokens", Recent(MOST_TOKENS))
    raw = cookie.get("csrf_token")
    found = signed.get(raw) if raw else None
    if found is None:
        found = generate_csrf()
        signed.put(cookie["csrf_token"], found)
    return found


class Form(FlaskForm):
    """Base of every form. Text is stripped; control characters never get in."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if _clean not in filters and "Password" not in unbound_field.field_class.__name__:
                unbound_field.kwargs["filters"] = [_clean, *filters]
            return unbound_field.bind(form=form, **options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is None or hasattr(formdata, "getlist") or request.method in SAFE or not request.is_json:
                return super().wrap_formdata(form, formdata)
            return _fields_of_json()


def _fields_of_json() -> MultiDict[str, str]:
    """Texts and numbers of an object, as a form would send them; a form knows nothing else."""
    sent = json_object().items()
    return MultiDict([(_text(name), _text(value)) for name, value in sent if isinstance(value, str | int)])


def _text(value: str | int) -> str:
    """JSON can hold half a character, which no database stores, and numbers too long to write."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int):
        return str(value) if fits(value) else ""
    return value.encode(errors="replace").decode()


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c >= " " or c in "\n\t").strip()


class MultiCheckboxField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


AnyForm = TypeVar("AnyForm", bound=FlaskForm)


def bind(form_class: type[AnyForm], **kwargs: Any) -> AnyForm:
    """Make a form from the request. After `?held=TOKEN` it shows what the same person had typed before."""
    typed = held()
    if typed is not None and request.method == "GET":
        return form_class(formdata=MultiDict(typed), **kwargs)
    return form_class(**kwargs)


def held() -> dict[str, list[str]] | None:
    """Fields that were sent when the session had ended, for this person and page; also for pages without WTForms."""
    token, person = request.args.get("held"), signed_in()
    if not token or person is None:
        return None
    if "held_fields" not in g:
        g.held_fields = context().hooks.held_form(session(), person.actor.user_id, request.path, token, now())
    return g.held_fields
