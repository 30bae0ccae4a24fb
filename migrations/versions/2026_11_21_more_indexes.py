"""an index for what is due, for old failures of signing in, and for acts by their verb"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    still_to_do = sa.text("done_at IS NULL AND dead_at IS NULL")
    op.create_index("ix_job_open", "job", ["run_after", "id"], postgresql_where=still_to_do, sqlite_where=still_to_do)
    op.create_index("ix_sign_in_throttle_window_start", "sign_in_throttle", ["window_start"])
    op.create_index("ix_audit_event_verb", "audit_event", ["verb", "id"])
