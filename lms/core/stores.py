"""Which storage the settings name: everybody gets it here."""

import importlib

from lms.core.config import Settings
from lms.core.errors import SettingError
from lms.core.storage import DiskStorage, Storage


def storage_of(settings: Settings) -> Storage:
    """Asks nobody anything yet. Raises SettingError when what LMS_BLOBS_URL needs is not installed."""
    if not settings.blobs_url:
        return DiskStorage(settings.data_dir / "blobs")
    try:
        objects = importlib.import_module("lms.core.objects")
    except ModuleNotFoundError:
        raise SettingError("LMS_BLOBS_URL needs a package that is not installed. Install it with: make s3") from None
    cache = importlib.import_module("lms.core.blobcache").BlobCache(
        settings.data_dir / "cache" / "blobs", settings.blobs_cache_mb * 1_000_000
    )
    return objects.ObjectStorage(settings.blobs_url, cache, slots=max(1, settings.web_threads // 2))


def try_out(settings: Settings) -> None:
    """At a start. Raises SettingError when the store refuses us, StoreAway when it does not answer just now."""
    storage = storage_of(settings)
    if not isinstance(storage, DiskStorage):
        storage.try_out()  # type: ignore[attr-defined]
