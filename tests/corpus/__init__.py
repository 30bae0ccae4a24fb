"""Packages that other people's tools made: what becomes of each, as docs/packages.md says.

They lie outside the repository: LMS_TEST_CORPUS names their folder, or ../shared/corpus has them.
"""

import os
from pathlib import Path

FOLDER = Path(os.environ.get("LMS_TEST_CORPUS") or Path(__file__).resolve().parents[3] / "shared" / "corpus") / "scorm"
PACKAGES = sorted(FOLDER.glob("*.zip")) if FOLDER.is_dir() else []
WHY_NOT = "there is no corpus: LMS_TEST_CORPUS names none"
