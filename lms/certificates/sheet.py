"""From the facts of a certificate to the words that are printed, in the certificate's own language."""

from datetime import datetime
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.certificates.pdf import Sheet
from lms.certificates.queries import Issued
from lms.web.i18n import show_date, show_percent

ISSUER = "Cleanroom"


def evidence_words(evidence: str) -> str:
    return {
        "graded": _("Graded by this server"),
        "reported": _("Reported by a package"),
        "attended": _("Attended"),
        "observed": _("Observed"),
        "entered": _("Entered by a named person"),
    }.get(evidence, _("Reading only"))


def assurance_words(assurance: str) -> str:
    """Who stands for the person's identity; a reader must know how far the name can be trusted."""
    return {
        "email": _("Identity: signed up by themselves, e-mail confirmed"),
        "institution": _("Identity: verified by an institution"),
    }.get(assurance, _("Identity: signed up by themselves"))


def rows(one: Issued) -> tuple[tuple[str, str], ...]:
    """(label, value) of what was achieved."""
    facts = one.facts
    score = facts["score"]
    shown = [
        (_("Hours"), str(facts["hours"])),
        (_("Version"), f"{facts['version']} ({facts['version_hash'][:8]})"),
        (_("Result"), show_percent(Decimal(score)) if score is not None else "–"),
        (_("Evidence"), evidence_words(facts["evidence"])),
        (_("Completed"), show_date(datetime.fromisoformat(facts["completed_at"]))),
        (_("Issued"), show_date(one.issued_at)),
    ]
    if one.expires_at:
        shown.append((_("Valid until"), show_date(one.expires_at)))
    return tuple(shown)


def sheet(one: Issued, check_address: str) -> Sheet:
    facts = one.facts
    with force_locale(facts["locale"]):
        return Sheet(
            number=one.number,
            lang=facts["locale"],
            issuer=ISSUER,
            certificate_title=facts["certificate_title"] or _("Certificate of completion"),
            native_name=facts["native_name"],
            latin_name=facts["latin_name"],
            course_title=facts["course_title"],
            facts=rows(one),
            signatory=facts["signatory"]["name"],
            signatory_role=facts["signatory"]["role"],
            identity=assurance_words(facts["assurance"]),
            note=_("Practice course: its questions and answers are public.") if facts["practice"] else "",
            check_address=check_address,
            words={
                "title": _("Certificate"),
                "number": _("Certificate number"),
                "completed": _("has completed the course"),
                "check": _("Check this certificate at"),
            },
        )
