"""Who may do what: one table. Services call `require`; pages only hide what it would refuse."""

from lms.core.actor import Actor
from lms.core.errors import NotAllowed

TRAINEE, INSTRUCTOR, ADMINISTRATOR, QUALITY, INSPECTOR = ROLES = (
    "trainee",
    "instructor",
    "administrator",
    "quality",
    "inspector",
)

#: permission → roles that hold it. `system` is for jobs and commands, never for a person.
PERMISSIONS: dict[str, frozenset[str]] = {
    "learn": frozenset({TRAINEE}),
    "content.preview": frozenset({INSTRUCTOR}),
    "content.publish": frozenset({INSTRUCTOR, "system"}),
    "packages.hosts": frozenset({ADMINISTRATOR, "system"}),
    "keys.correct": frozenset({INSTRUCTOR, QUALITY, "system"}),
    "people.read": frozenset({ADMINISTRATOR, "system"}),
    "people.write": frozenset({ADMINISTRATOR, "system"}),
    "enrol.others": frozenset({ADMINISTRATOR, "system"}),
    "grades.read": frozenset({INSTRUCTOR, ADMINISTRATOR, QUALITY, INSPECTOR, "system"}),
    "grades.export": frozenset({INSTRUCTOR, ADMINISTRATOR, QUALITY, "system"}),
    "grades.enter": frozenset({ADMINISTRATOR, QUALITY, "system"}),
    "certificates.read": frozenset({ADMINISTRATOR, QUALITY, INSPECTOR, "system"}),
    "certificates.revoke": frozenset({ADMINISTRATOR, QUALITY, "system"}),
    "audit.read": frozenset({QUALITY, INSPECTOR, "system"}),
    "jobs.read": frozenset({ADMINISTRATOR, "system"}),
    "operations.read": frozenset({ADMINISTRATOR, "system"}),
    "jobs.write": frozenset({ADMINISTRATOR, "system"}),
}


def allows(actor: Actor, permission: str) -> bool:
    return not PERMISSIONS[permission].isdisjoint(actor.roles)


def require(actor: Actor, permission: str) -> None:
    """Raises NotAllowed, which strangers see as 404."""
    if not allows(actor, permission):
        raise NotAllowed()


def granted(roles: frozenset[str]) -> frozenset[str]:
    """All permissions of these roles together."""
    return frozenset(p for p, holders in PERMISSIONS.items() if not holders.isdisjoint(roles))
