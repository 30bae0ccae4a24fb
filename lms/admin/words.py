"""Codes in sentences: cells of a file that cannot be used, files that cannot be read, acts of the audit log, jobs."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.admin.people_file.plan import Wrong

COLUMNS = {
    "public_id": _l("identifier"),
    "user_name": _l("user name"),
    "email": _l("e-mail"),
    "native_name": _l("name"),
    "latin_name": _l("name in Latin letters"),
    "country": _l("country"),
    "institution": _l("institution"),
    "timezone": _l("time zone"),
    "locale": _l("language"),
    "roles": _l("roles"),
}
WRONG = {
    "unknown": _l("“%(value)s” is not known."),
    "email": _l("“%(value)s” is not an e-mail address."),
    "user-name": _l("“%(value)s” is no user name. Use letters, digits, dots or hyphens, without spaces."),
    "public-id": _l("“%(value)s” is no identifier. Use 1 to 80 characters that can be seen."),
    "id-differs": _l("“%(value)s” differs, and an identifier never changes. Empty the cell or correct it."),
    "twice": _l("the same stands in line %(value)s."),
    "taken": _l("“%(value)s” belongs to another person."),
    "other-name": _l("“%(value)s” is new, but the e-mail address belongs to a person with another user name."),
    "roles-differ": _l("“%(value)s” differs. Change the roles of a known person on the person's page."),
    "nobody-named": _l("there is neither a user name nor an e-mail address, and nobody has this identifier."),
    "name": _l("the name is missing or longer than 200 characters."),
    "latin": _l("“%(value)s” is not in Latin letters."),
    "long": _l("longer than 200 characters."),
    "roles": _l("there is no role."),
}
UNREADABLE = {
    "empty": _l("The file is empty. It needs a head and a row for each person."),
    "big": _l("The file is too big. Split it: at most 10 MB."),
    "long": _l("The file has more than 20,000 rows. Split it."),
    "encoding": _l("The file is not in the encoding that you chose. Choose another."),
    "quotes": _l("The quotation marks of the file do not match. Save it again as CSV or XLSX."),
    "xlsx": _l("The spreadsheet cannot be read. Save it again as XLSX or CSV."),
    "old-xls": _l("This is an old Excel file (XLS). Save it as XLSX or CSV."),
}
JOBS = {
    "mail.send": _l("Send a mail"),
    "account.link": _l("Send a link by mail"),
    "account.reset": _l("Answer a forgotten password"),
    "person.renamed": _l("Sort records by a new name"),
    "people.forget-file": _l("Forget a list of people that was looked at"),
    "enrol.list": _l("Enrol people of a list"),
    "package.check": _l("Check an uploaded package"),
    "package.publish": _l("Publish an uploaded package"),
    "package.forget": _l("Remove an upload that nobody went on with"),
    "certificate.issue": _l("Issue a certificate"),
    "quiz.close": _l("Close a quiz whose time is over"),
}
ACTS = {
    "user.created": _l("Account made"),
    "user.changed": _l("Account changed"),
    "user.roles-changed": _l("Roles changed"),
    "user.closed": _l("Account closed"),
    "user.opened": _l("Account opened again"),
    "user.link-made": _l("One-time link made"),
    "user.link-mailed": _l("One-time link mailed"),
    "user.password-changed": _l("Password changed"),
    "user.email-asked": _l("New e-mail address asked for"),
    "session.ended": _l("Device signed out"),
    "session.others-ended": _l("Other devices signed out"),
    "sign-in.locked": _l("Sign-in closed after too many tries"),
    "people.imported": _l("List of people imported"),
    "people.exported": _l("List of people exported"),
    "enrolment.created": _l("Enrolled"),
    "enrolment.changed": _l("Enrolment changed"),
    "enrolment.resumed": _l("Enrolled again"),
    "enrolment.withdrawn": _l("Withdrawn"),
    "course.published": _l("Course published"),
    "course.reverted": _l("Course set back to a version"),
    "course.retired": _l("Course retired"),
    "course.reopened": _l("Course reopened"),
    "course.completed": _l("Course completed"),
    "draft.added": _l("Draft added"),
    "draft.discarded": _l("Draft discarded"),
    "package.announced": _l("Package upload begun"),
    "package.discarded": _l("Package upload discarded"),
    "package.host-allowed": _l("Other host allowed for a package"),
    "package.host-forbidden": _l("Other host forbidden for a package"),
    "key.corrected": _l("Right answer corrected"),
    "quiz.regraded": _l("Quiz graded again"),
    "grade.entered": _l("Result entered by hand"),
    "certificate.issue": _l("Certificate issued"),
    "certificate.revoke": _l("Certificate revoked"),
    "job.retried": _l("Job started again"),
}


def wrong_words(wrong: Wrong) -> str:
    """For example: Line 14, country: “Kora” is not known."""
    sentence = WRONG[wrong.code] % {"value": wrong.value}
    return _(
        "Line %(line)s, %(column)s: %(problem)s",
        line=wrong.line,
        column=COLUMNS.get(wrong.column, wrong.column),
        problem=sentence,
    )


FACTS = COLUMNS | {
    "user_id": _l("person"),
    "course_id": _l("course"),
    "course": _l("course"),
    "version": _l("version"),
    "due_at": _l("due"),
    "withdrawn_at": _l("withdrawn"),
    "origin": _l("how"),
    "purpose": _l("purpose"),
    "state": _l("state"),
    "status": _l("state"),
    "score": _l("score"),
    "theme": _l("colours"),
    "assurance": _l("identity"),
    "from": _l("from"),
    "added": _l("added"),
    "changed": _l("changed"),
    "same": _l("as they were"),
    "left_out": _l("left out"),
    "attempts": _l("tries"),
    "error": _l("error"),
}


def fact_word(name: str) -> str:
    return str(FACTS.get(name, name.replace("_", " ")))


def act_word(verb: str) -> str:
    return str(ACTS.get(verb, verb))


def job_word(name: str) -> str:
    return str(JOBS.get(name, name))
