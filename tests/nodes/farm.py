"""Several web nodes and workers behind nginx on one PostgreSQL: the product on many machines, on this one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.nodes.nginx import Nginx
from tests.nodes.process import Web, Worker

SECRET = "tests of several nodes: 0123456789 abcdefghij"


@dataclass(slots=True)
class Farm:
    folder: Path
    environment: dict[str, str]
    nginx: Nginx
    web: list[Web] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.nginx.port

    @property
    def url(self) -> str:
        return self.environment["LMS_BASE_URL"]

    def start(self) -> None:
        """All at once, as after a power cut: whoever comes first brings the database up to date."""
        for part in (*self.web, *self.workers):
            part.start()
        for node in self.web:
            node.wait_until_ready()
        self.nginx.start()

    def close(self) -> None:
        self.nginx.stop()
        for worker in self.workers:
            worker.kill()
        for node in self.web:
            node.close()


@contextmanager
def farm(
    folder: Path, database: str, *, web: int = 3, workers: int = 2, tls: bool = False, more: Mapping[str, str] = {}
) -> Iterator[Farm]:
    """`folder` is the data folder that all share; `more` are further settings. Nothing is started yet."""
    (folder / "content").mkdir(parents=True, exist_ok=True)
    nodes: list[Web] = []
    environment = {"LMS_DATA_DIR": str(folder), "LMS_DATABASE_URL": database}
    for number in range(web):
        nodes.append(Web(f"web-{number + 1}", environment, folder))
    front = Nginx(folder, [node.port for node in nodes], blobs=folder / "blobs", tls=tls)
    scheme = "https" if tls else "http"
    environment |= {
        "LMS_MODE": "test",
        "LMS_SECRET_KEY": SECRET,
        "LMS_BASE_URL": f"{scheme}://localhost:{front.port}",
        "LMS_CONTENT_URL": f"{scheme}://{{label}}.localhost:{front.port}",
        "LMS_CONTENT_PATH": str(folder / "content"),
        "LMS_TRUSTED_PROXIES": "1",
        "LMS_WEB_WORKERS": "1",
        "LMS_WEB_THREADS": "8",
        "LMS_DRAIN_SECONDS": "6",
        "LMS_LOG_LEVEL": "WARNING",
        **more,
    }
    made = Farm(folder, environment, front, nodes)
    made.workers = [Worker(f"worker-{number + 1}", environment, folder) for number in range(workers)]
    for node in nodes:
        node.environment = environment
    try:
        yield made
    finally:
        made.close()
