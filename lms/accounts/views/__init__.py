"""Pages of accounts: getting in, one-time links, profile, privacy notice."""

from lms.accounts.views import entry, links, privacy, profile
from lms.accounts.views.blueprint import blueprint

__all__ = ["blueprint", "entry", "links", "privacy", "profile"]
