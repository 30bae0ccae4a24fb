"""From SQLite to PostgreSQL, whole: checked before, copied in parts that survive a kill, compared afterwards."""

from lms.core.move.run import Moved, Refused, move

__all__ = ["Moved", "Refused", "move"]
