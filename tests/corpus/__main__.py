"""`python -m tests.corpus` writes the table of docs/packages.md anew."""

import sys

from tests.corpus import PACKAGES, WHY_NOT
from tests.corpus.table import PAPER, in_paper, table

if not PACKAGES:
    sys.exit(WHY_NOT)
PAPER.write_text(PAPER.read_text(encoding="utf-8").replace(in_paper(), table(PACKAGES)), encoding="utf-8")
print(f"{len(PACKAGES)} packages")
