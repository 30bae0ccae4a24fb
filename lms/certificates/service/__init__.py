"""Issuing a certificate once, and revoking it with a reason."""

from lms.certificates.service.issue import issue
from lms.certificates.service.revoke import revoke

__all__ = ["issue", "revoke"]
