from collections.abc import Mapping

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation

from lms.reports.gradebook import STATUSES, Filters
from lms.web.forms import Form

#: No row has it, so that a version which nobody takes finds nobody.
NO_VERSION = -1


def _is_number(_form: Form, field: DecimalField) -> None:
    """Python reads "sNaN" as a decimal that fails at every comparison."""
    if field.data is not None and not field.data.is_finite():
        raise StopValidation(_l("Enter a score from 0 to 100, or leave it empty."))


class FilterForm(Form):
    """A GET form: the address keeps what was asked."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(_l("Name or e-mail"), [Optional(), Length(max=200)])
    status = SelectField(
        _l("State"),
        [Optional()],
        choices=[SelectChoice("", ""), *(SelectChoice(one, one) for one in STATUSES)],
        validate_choice=False,
    )
    country = StringField(_l("Country"), [Optional(), Length(max=2)])
    version = IntegerField(_l("Version"), [Optional()])

    def filters(self, versions: Mapping[int, int]) -> Filters:
        """What can be understood of the address; the rest is left out. `versions` gives the id of a number."""
        self.validate()
        status = self.status.data if self.status.data in STATUSES else ""
        version = versions.get(self.version.data, NO_VERSION) if self.version.data else None
        return Filters(self.q.data or "", status, (self.country.data or "").upper()[:2], version)

    def kept(self) -> dict[str, str]:
        """What of the address narrows the list: pages and exports of the same list carry it."""
        return {name: value for name, value in request.args.items() if name in self.data and value}


class EnterForm(Form):
    """A result that this server did not see, decided by a named person."""

    activity = SelectField(_l("Activity"), [DataRequired(_l("Choose the activity."))])
    status = SelectField(
        _l("Result"),
        [Optional()],
        choices=[
            SelectChoice("", _l("By the score")),
            SelectChoice("read", _l("Read")),
            SelectChoice("completed", _l("Completed")),
            SelectChoice("passed", _l("Passed")),
            SelectChoice("failed", _l("Not passed")),
            SelectChoice("waived", _l("Waived: not needed from this person")),
        ],
    )
    score = DecimalField(
        _l("Score in percent"),
        [Optional(), _is_number, NumberRange(0, 100, _l("Enter a score from 0 to 100, or leave it empty."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write the reason: an inspector may read it years later.")), Length(max=2000)],
    )
