"""All that a version needs of a checked package, made and stored before any transaction begins."""

from dataclasses import dataclass
from typing import Any

from lms.catalogue import media_types
from lms.catalogue.blobs import Stored
from lms.catalogue.packages.check import Checked
from lms.catalogue.packages.contents import Contents
from lms.catalogue.packages.hosts import proposed
from lms.catalogue.packages.outline import keys, metadata_json, outline
from lms.core.errors import Invalid
from lms.core.storage import Storage
from lms.engines.content.canonical import version_hash
from lms.engines.scorm import stored
from lms.engines.scorm.manifest.package import Package

Json = dict[str, Any]
FORMAT = "package"
OPENED, MARKED = "opened", "marked"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who brings a package decides. `unscripted`: what completes a page that never reports, that it
    was OPENED or that the learner MARKED it as read. `languages` are the server's, its default first."""

    unscripted: str = OPENED
    languages: tuple[str, ...] = ("en", "ko", "fr")


@dataclass(frozen=True, slots=True)
class Ready:
    """`files` are by path; `store` puts them into the storage. `outline` has no key: the course is chosen when it is
    published."""

    package: Package
    source: Json
    hash: str
    outline: Json
    organization: Json
    facts: Json
    files: dict[str, Stored]


def prepare(storage: Storage, checked: Checked, options: Options = Options()) -> Ready:
    """Work out the version and store its files. It takes as long as the package is large: hold no transaction.

    Raises Invalid when the package has an error, or when its files can no longer be read.
    """
    ready = describe(checked, options)
    store(storage, checked, ready)
    return ready


def describe(checked: Checked, options: Options = Options()) -> Ready:
    """The version that it would be, nothing stored. Raises Invalid as `prepare`."""
    package = checked.package
    if package is None:
        raise Invalid("The package has errors.")
    files = {
        path: Stored(digest, size, media_types.of_package(path))
        for path, (digest, size) in checked.contents.hashes().items()
    }
    source = {
        "format": FORMAT,
        "standard": package.standard,
        "manifest": package.manifest,
        "title": package.title,
        "settings": {"unscripted": options.unscripted},
        "files": {path: one.hash for path, one in files.items()},
    }
    return Ready(
        package,
        source,
        version_hash(source),
        outline(package, files, options.unscripted, options.languages),
        stored.to_json(package.organization),
        _facts(package, checked.contents, options),
        files,
    )


def store(storage: Storage, checked: Checked, ready: Ready) -> None:
    """Put into the storage what it does not have. Raises Invalid when the files change under our hands."""
    missing = {path for path, one in ready.files.items() if not storage.has(one.hash)}
    for item in checked.contents.items(missing):
        if storage.put_parts(item.parts)[0] != ready.files[item.path].hash:
            raise Invalid(f'"{item.path}" was changed while it was read. Import the package again.')


def _hrefs(package: Package) -> list[str]:
    return [one.resource.href for one in package.organization.root.walk() if one.resource]


def _facts(package: Package, contents: Contents, options: Options) -> Json:
    return {
        "manifest": package.manifest,
        "identifier": package.identifier,
        "metadata": metadata_json(package.metadata),
        "keys": keys(package),
        "unscripted": options.unscripted,
        "hosts": proposed(contents, _hrefs(package)),
        "entries": {"written": contents.written, "folders": contents.folders},
    }
