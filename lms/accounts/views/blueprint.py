"""One blueprint for all pages of accounts, and the words that templates of all features use for people."""

from datetime import date

from flask import Blueprint

from lms.accounts import choices, words
from lms.web.i18n import show_date

blueprint = Blueprint("accounts", __name__)
blueprint.add_app_template_filter(words.role_word, "role")
blueprint.add_app_template_filter(choices.country_name, "country")
blueprint.add_app_template_filter(lambda text: show_date(date.fromisoformat(text)), "isodate")


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "assurance_word": words.ASSURANCES.get,
        "email_words": words.email_words,
        "role_word": words.role_word,
    }
