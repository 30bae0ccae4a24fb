from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.web.forms import Form, MultiCheckboxField


class UploadForm(Form):
    file = FileField(
        _l("ZIP of a course folder"),
        [FileRequired(_l("Choose a ZIP file."))],
        description=_l("Pack the folder that holds course.yaml, or modules and quizzes together."),
        render_kw={"accept": ".zip,application/zip"},
    )


class PackageForm(Form):
    """A package in one piece, as a browser sends it without scripts."""

    file = FileField(
        _l("ZIP of the package"),
        [FileRequired(_l("Choose a ZIP file."))],
        description=_l("As your authoring tool exports it: SCORM 1.2, SCORM 2004 or IMS. Do not unpack it."),
        render_kw={"accept": ".zip,application/zip"},
    )
    course = SelectField(_l("Course"), [Optional()], description=_l("A package of its own, or a new version of one."))
    unscripted = RadioField(
        _l("A page that reports nothing itself is complete"),
        choices=[
            SelectChoice("opened", _l("when the trainee has opened it")),
            SelectChoice("marked", _l("when the trainee marks it as read")),
        ],
        default="opened",
    )


class AnnounceForm(PackageForm):
    """The same with the file told by name and size: its bytes come in chunks."""

    file = None
    name = StringField(validators=[InputRequired(), Length(max=300)])
    size = IntegerField(validators=[InputRequired()])


class PullForm(Form):
    address = StringField(
        _l("Address of a git repository"),
        [
            InputRequired(_l("Enter an address, for example https://git.example.org/academy/course.git")),
            Length(max=300, message=_l("Use at most 300 characters.")),
        ],
        description=_l("A public address that begins with https://. The newest state of its main branch is taken."),
    )


class PublishForm(Form):
    level = RadioField(
        _l("How far-reaching is the change?"),
        choices=[
            SelectChoice("editorial", _l("Editorial: nobody needs to know")),
            SelectChoice("minor", _l("Minor: worth telling, nobody trains again")),
            SelectChoice("major", _l("Major: people may have to train again")),
        ],
        validators=[InputRequired(_l("Choose how far-reaching the change is."))],
    )
    note = TextAreaField(
        _l("What changed, and why"),
        [
            InputRequired(_l("Say in one sentence what changed, and why.")),
            Length(max=2000, message=_l("Use at most 2,000 characters.")),
        ],
        description=_l("It is kept with the version for ever."),
    )
    against = HiddenField(validators=[Optional()])


class FirstPublishForm(Form):
    note = TextAreaField(
        _l("Note"),
        [
            InputRequired(_l("Say in one sentence what this course is published for.")),
            Length(max=2000, message=_l("Use at most 2,000 characters.")),
        ],
        description=_l("It is kept with the version for ever."),
    )


class HostsForm(Form):
    """Which other hosts the pages of a package may load from."""

    hosts = MultiCheckboxField(_l("Allowed hosts"), [Optional()])
    others = TextAreaField(
        _l("Further hosts"),
        [Optional(), Length(max=2000, message=_l("Use at most 2,000 characters."))],
        description=_l("Names such as cdn.example.org, apart by spaces or lines."),
        default="",
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Say why: the reason is kept with the change.")),
            Length(max=500, message=_l("Use at most 500 characters.")),
        ],
    )


class RetireForm(Form):
    """Retires a course, or reopens it."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Say why: the reason is kept with the change.")),
            Length(max=500, message=_l("Use at most 500 characters.")),
        ],
    )
