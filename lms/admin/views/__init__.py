"""One blueprint a subject: people, enrolments, audit log, jobs, operations."""

from lms.admin.views import chosen, lists_of_people
from lms.admin.views.audit import blueprint as audit
from lms.admin.views.enrolments import blueprint as enrolments
from lms.admin.views.jobs import blueprint as jobs
from lms.admin.views.operations import blueprint as operations
from lms.admin.views.people import blueprint as people

BLUEPRINTS = (people, enrolments, audit, jobs, operations)

__all__ = ["BLUEPRINTS", "chosen", "lists_of_people"]
