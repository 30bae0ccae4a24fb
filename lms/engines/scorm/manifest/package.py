"""What a content package says, as values that never change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.engines.scorm.definition import Organization
from lms.engines.source.problem import Problem

STANDARDS = ("ims-cp", "scorm-1.2", "scorm-2004-2", "scorm-2004-3", "scorm-2004-4")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we use of Learning Object Metadata. Texts stand by language, "" where the author named none; `language`
    is that of the content, `typical_learning_time` as written (an ISO 8601 duration in SCORM 2004, a time in 1.2)."""

    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    typical_learning_time: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.description or self.language or self.typical_learning_time)


@dataclass(frozen=True, slots=True)
class File:
    """A resource. `path` is its own file as it is named in the package, "" if it has none there (`href` may then be
    an address elsewhere); `files` are those listed that exist; `href` is encoded as an address, with its query."""

    identifier: str
    type: str = ""
    kind: str = "asset"
    href: str = ""
    path: str = ""
    files: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """`manifest` is its path; all other paths are full ones too, also where the manifest stands one folder down.

    `metadata` is the package's own, or else the default organization's; `described` is that of organizations, items
    and resources by their identifiers. `default` is the identifier of the organization to launch.
    """

    manifest: str
    identifier: str
    standard: str
    organizations: tuple[Organization, ...]
    default: str
    resources: tuple[File, ...] = ()
    version: str = ""
    metadata: Metadata = Metadata()
    described: Mapping[str, Metadata] = field(default_factory=dict)

    @property
    def organization(self) -> Organization:
        """The one that is launched."""
        return next(one for one in self.organizations if one.root.identifier == self.default)

    @property
    def title(self) -> str:
        return self.organization.root.title or next(iter(self.metadata.title.values()), "") or self.identifier


@dataclass(frozen=True, slots=True)
class Read:
    """`package` is None when one of the problems is an error."""

    package: Package | None
    problems: tuple[Problem, ...]
