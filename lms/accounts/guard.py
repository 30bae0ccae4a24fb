"""A permission on a page: the service refuses anyway; this keeps forms from being shown to who cannot send them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from lms.accounts import permissions
from lms.web.identity import actor

View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: str) -> Callable[[View], View]:
    """Who lacks it sees what strangers see: nothing is here."""

    def guarded(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            permissions.require(actor(), permission)
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return guarded
