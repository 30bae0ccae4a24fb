"""Imports every module with tables, so that the metadata is whole; for migrations and tests."""

from lms.accounts import models as accounts
from lms.audit import models as audit
from lms.catalogue import models as catalogue
from lms.certificates import models as certificates
from lms.core import heartbeat, jobs
from lms.core.db import Base
from lms.enrolments import models as enrolments
from lms.learning import models as learning
from lms.quizzes import models as quizzes
from lms.scorm import models as scorm

MODULES = (accounts, audit, catalogue, certificates, enrolments, heartbeat, jobs, learning, quizzes, scorm)
metadata = Base.metadata
