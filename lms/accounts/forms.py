"""Forms of accounts. Those of strangers carry no token: every unsafe request must come from our own origin anyway, and
a page that was left open over night still works."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.accounts import choices, names
from lms.web.forms import Form
from lms.web.i18n import current_locale

LONG = _l("Use at most %(max)d characters.")


class PublicForm(Form):
    class Meta(Form.Meta):
        csrf = False


class SignInForm(PublicForm):
    name = StringField(
        _l("E-mail or user name"), [DataRequired(_l("Enter your e-mail address or user name.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password.")), Length(max=1000)])


class SignUpForm(PublicForm):
    native_name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=200, message=LONG)],
        description=_l("As it should stand on your certificate, in your own script."),
    )
    latin_name = StringField(
        _l("Your name in Latin letters"),
        [Optional(), Length(max=200, message=LONG)],
        description=_l("Only if your name is in another script. As in your passport."),
    )
    email = StringField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address.")), Length(max=254)])
    password = PasswordField(
        _l("Password"), [DataRequired(_l("Enter a password."))], description=_l("At least 10 characters.")
    )
    country = SelectField(_l("Country"), [Optional()])
    locale = SelectField(_l("Language"))
    #: Filled by the browser where scripts run.
    timezone = HiddenField(render_kw={"data-zone": ""})
    privacy = BooleanField(
        _l("I have read the privacy notice and accept it"), [DataRequired(_l("Accept the privacy notice."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices.countries()
        self.locale.choices = choices.languages()
        if not self.is_submitted():
            self.locale.data = self.locale.data or current_locale()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right = super().validate(*args, **kwargs)
        if self.native_name.data and not names.is_latin(self.native_name.data) and not self.latin_name.data:
            self.latin_name.errors = [_l("Enter the name in Latin letters too. The certificate shows both.")]
            return False
        return right


class ResetForm(PublicForm):
    name = StringField(
        _l("E-mail or user name"), [DataRequired(_l("Enter your e-mail address or user name.")), Length(max=254)]
    )


class NewPasswordForm(PublicForm):
    password = PasswordField(
        _l("New password"), [DataRequired(_l("Enter a password."))], description=_l("At least 10 characters.")
    )


class FirstPasswordForm(NewPasswordForm):
    privacy = BooleanField(
        _l("I have read the privacy notice and accept it"), [DataRequired(_l("Accept the privacy notice."))]
    )


class ProfileForm(Form):
    native_name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=200, message=LONG)],
        description=_l("In your own script. A new name is logged. Certificates that you have keep the old one."),
    )
    latin_name = StringField(_l("Your name in Latin letters"), [Optional(), Length(max=200, message=LONG)])
    country = SelectField(_l("Country"), [Optional()])
    institution = StringField(_l("Institution"), [Optional(), Length(max=200, message=LONG)])
    timezone = SelectField(_l("Time zone"), description=_l("Times on pages are shown in this zone."))
    locale = SelectField(_l("Language"))
    theme = SelectField(_l("Colours"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices.countries()
        self.timezone.choices = choices.timezone_choices()
        self.locale.choices = choices.languages()
        self.theme.choices = list(choices.THEMES)

    def values(self) -> dict[str, str]:
        return {name: value or "" for name, value in self.data.items() if name != "csrf_token"}


class EmailForm(Form):
    email = StringField(_l("New e-mail address"), [DataRequired(_l("Enter an e-mail address.")), Length(max=254)])


class PasswordForm(Form):
    present_password = PasswordField(_l("Present password"), [DataRequired(_l("Enter your present password."))])
    password = PasswordField(
        _l("New password"), [DataRequired(_l("Enter a password."))], description=_l("At least 10 characters.")
    )
