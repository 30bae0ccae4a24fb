from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.web.forms import Form


class RevokeForm(Form):
    reason = TextAreaField(
        _l("Why is it revoked?"), [DataRequired(_l("Write why this certificate is revoked.")), Length(max=2000)]
    )


class CheckForm(Form):
    """A GET form: nothing is changed, and the address can be kept."""

    class Meta(Form.Meta):
        csrf = False

    number = StringField(
        _l("Certificate number"), [DataRequired(_l("Enter the number that is printed on the certificate."))]
    )
