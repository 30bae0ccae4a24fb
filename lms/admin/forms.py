"""Forms of administrators. Filters are GET forms, so that an address keeps what was asked."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.accounts import choices
from lms.accounts.permissions import ROLES
from lms.accounts.queries import AccountRow, Wanted
from lms.accounts.service.people import Person
from lms.accounts.words import role_word
from lms.admin.service import Place
from lms.audit.queries import Asked
from lms.enrolments.queries import Wanted as Enrolments
from lms.web.forms import Form, MultiCheckboxField

#: Fields of a person that are text.
TEXTS = ("user_name", "native_name", "email", "latin_name", "country", "institution", "timezone", "locale")
FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)
LONG = _l("Use at most %(max)d characters.")


class FilterForm(Form):
    class Meta(Form.Meta):
        csrf = False

    def active(self) -> int:
        return sum(bool(value) for value in self.data.values())

    def kept(self) -> dict[str, str]:
        """What goes into the addresses of the next page and of sorted ones."""
        return {name: str(value) for name, value in self.data.items() if value}


class PeopleFilter(FilterForm):
    q = StringField()
    role = StringField()
    state = StringField()

    def wanted(self) -> Wanted:
        return Wanted(self.q.data or "", self.role.data or "", self.state.data or "")


class PersonForm(Form):
    native_name = StringField(
        _l("Name"), [DataRequired(_l("Enter the name.")), Length(max=200, message=LONG)],
        description=_l("In the person's own script."),
    )  # fmt: skip
    latin_name = StringField(_l("Name in Latin letters"), [Optional(), Length(max=200, message=LONG)])
    user_name = StringField(
        _l("User name"), [DataRequired(_l("Enter a user name.")), Length(max=80, message=LONG)],
        description=_l("For signing in: letters, digits, dots and hyphens."),
    )  # fmt: skip
    email = StringField(_l("E-mail"), [Optional(), Length(max=254, message=LONG)])
    country = SelectField(_l("Country"), [Optional()])
    institution = StringField(_l("Institution"), [Optional(), Length(max=200, message=LONG)])
    timezone = SelectField(_l("Time zone"))
    locale = SelectField(_l("Language"))
    roles = MultiCheckboxField(_l("Roles"), choices=[SelectChoice(role, role_word(role)) for role in ROLES])
    reason = StringField(
        _l("Reason"), [Optional(), Length(max=500, message=LONG)],
        description=_l("Needed when a role is taken away. It is kept with the change."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices.countries()
        self.timezone.choices = choices.timezone_choices()
        self.locale.choices = choices.languages()

    def person(self) -> Person:
        return Person(**{name: self[name].data or "" for name in TEXTS}, roles=tuple(self.roles.data or ()))


def person_values(account: AccountRow) -> dict[str, Any]:
    person = account.person
    return {name: getattr(person, name) or "" for name in TEXTS} | {"roles": person.roles}


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), [Optional(), Length(max=500, message=LONG)])


def end_of_day(day: date | None, zone: str) -> datetime | None:
    """A due date holds until the end of that day where the administrator is."""
    return _moment(day, time(23, 59), zone) if day else None


def _moment(day: date, at: time, zone: str) -> datetime:
    """In UTC. The ends of the calendar move in a little: every reader's zone has that moment too."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), at, ZoneInfo(zone)).astimezone(UTC)


class FileForm(Form):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))], description=_l("CSV or XLSX, with a head row."))


class PlaceForm(Form):
    """In which course, until when."""

    course = SelectField(_l("Enrol in"), [Optional()])
    due = DateField(_l("Due"), [Optional()], description=_l("Until the end of this day."))

    def __init__(self, *args: Any, courses: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course.choices = [
            SelectChoice("", _l("No course")),
            *(SelectChoice(key, title) for key, title in courses.items()),
        ]

    def place(self, zone: str) -> Place | None:
        return Place(self.course.data, end_of_day(self.due.data, zone)) if self.course.data else None


def _with_question(courses: list[SelectChoice]) -> list[SelectChoice]:
    """Where a course is needed, "no course" is no answer."""
    return [SelectChoice("", _l("Choose a course")), *courses[1:]]


class ImportForm(PlaceForm):
    fingerprint = HiddenField()


class ChosenForm(PlaceForm):
    """Confirms one act for several people; `begin` is where the next page of slips begins."""

    begin = IntegerField(_l("From"), [Optional()], widget=HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course.choices = _with_question(self.course.choices)


class EnrolForm(PlaceForm):
    who = TextAreaField(
        _l("Who"), [DataRequired(_l("Enter at least one user name or e-mail address.")), Length(max=1_000_000)],
        description=_l("User names or e-mail addresses, one a line. You can paste a column of a spreadsheet."),
    )  # fmt: skip
    reason = StringField(_l("Reason"), [Optional(), Length(max=500, message=LONG)])
    rest = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course.label.text = _l("Course")
        self.course.validators = [DataRequired(_l("Choose a course."))]
        self.course.choices = _with_question(self.course.choices)

    def names(self) -> list[str]:
        """Each once, in the order in which they were typed."""
        parts = (self.who.data or "").replace(";", "\n").replace(",", "\n").replace("\t", "\n").splitlines()
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


class EnrolmentsFilter(FilterForm):
    q = StringField()
    state = StringField()

    def wanted(self) -> Enrolments:
        return Enrolments(self.q.data or "", self.state.data or "")


class DueForm(Form):
    due = DateField(_l("Due"), [Optional()], description=_l("Until the end of this day. Empty means no due date."))
    reason = StringField(_l("Reason"), [Optional(), Length(max=500, message=LONG)])


class WithdrawForm(Form):
    reason = TextAreaField(_l("Reason"), [Optional(), Length(max=500, message=LONG)])


class AuditFilter(FilterForm):
    who = StringField()
    what = StringField()
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])
    kind = StringField()
    subject = StringField()

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data >= date(9999, 12, 31):  # a day has no end where time has none left
            field.data = None

    def asked(self, actors: list[int] | None, zone: str) -> Asked:
        """Days are those of the reader's zone; the last one counts whole."""
        since, until = self.since.data, self.until.data
        return Asked(
            actors=actors,
            machine=self.who.data or "",
            verb=self.what.data or "",
            since=_moment(since, time(0), zone) if since else None,
            until=_moment(until, time(0), zone) + timedelta(days=1) if until else None,
            subject_type=self.kind.data or "",
            subject_id=self.subject.data or "",
        )
