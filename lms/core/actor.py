"""Who acts: handed to every service, never looked up inside one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, or the system itself (`user_id` is None, `name` says which job)."""

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    session_id: int | None = None
    locale: str = "en"
    timezone: str = "UTC"
    request_id: str = ""

    def has(self, role: str) -> bool:
        return role in self.roles


def system(job: str) -> Actor:
    """The actor of machine actions; the audit log names the job."""
    return Actor(user_id=None, name=f"system:{job}", roles=frozenset({"system"}))
