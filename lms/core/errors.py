"""What can go wrong for a person, apart from bugs. The web layer turns each into one page or one JSON reply."""


class DomainError(Exception):
    """Base of expected failures: `message` is a sentence for the person, already in their language."""

    status = 400
    code = "bad-request"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does."""

    status = 404
    code = "not-found"


class NotAllowed(NotFound):
    """The actor lacks a permission. Strangers see the same 404 as for a thing that is not there."""


class Conflict(DomainError):
    """The state has moved on: the same thing was done twice, or elsewhere."""

    status = 409
    code = "conflict"


class Invalid(DomainError):
    """Values that cannot be accepted; `fields` maps a field's name to its sentence."""

    status = 422
    code = "invalid"

    def __init__(self, message: str = "", fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class TooMany(DomainError):
    """A throttle is closed for `retry_after` seconds."""

    status = 429
    code = "too-many"

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(DomainError):
    """So much is asked for at once that this is not even begun; it can be in `retry_after` seconds."""

    status = 503
    code = "busy"

    def __init__(self, message: str = "", retry_after: int = 10) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Damaged(DomainError):
    """A stored file is missing, or is not what its hash says. It is never sent as if it were whole."""

    status = 500
    code = "file-damaged"


class SettingError(Exception):
    """A setting is missing or wrong: one sentence that names the variable and the remedy."""
