"""The pool of connections, which says how many threads wait for one."""

from typing import Any

from sqlalchemy.pool import QueuePool

from lms.core import metrics


class WatchedPool(QueuePool):
    """SQLAlchemy's own pool; only a thread that finds it empty pays for being counted."""

    def _do_get(self) -> Any:
        if not metrics.is_on() or self._overflow < self._max_overflow or not self._pool.empty():
            return super()._do_get()
        metrics.count("lms_database_connections_waiting")
        try:
            return super()._do_get()
        finally:
            metrics.count("lms_database_connections_waiting", amount=-1)
