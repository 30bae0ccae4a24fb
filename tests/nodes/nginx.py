"""nginx with the configuration of deploy/nginx, filled in for loopback."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests import serving

ROOT = Path(__file__).parents[2]
RENDER = ROOT / "deploy" / "nginx" / "render"
#: As Debian's nginx.conf does, apart from places that only root may write.
MAIN = """{user}worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 8192; }}
http {{
    types {{ text/html html; text/css css; text/javascript js; }}
    default_type application/octet-stream;
    server_names_hash_bucket_size 128;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include conf.d/*.conf;
}}
"""


def program() -> str:
    return shutil.which("nginx") or "/usr/sbin/nginx"


class Nginx:
    """In front of the nodes at `ports`. `tls`: with a certificate of its own making; else plain."""

    def __init__(
        self, folder: Path, ports: Sequence[int], *, blobs: Path, tls: bool = False, content: str = "*.localhost"
    ) -> None:
        self.folder = folder / "nginx"
        self.folder.mkdir()
        self.tls = tls
        self._held = [serving.hold_port(), serving.hold_port()]
        self.port, self.plain_port = map(serving.number, self._held)
        self._certify()
        nodes = " ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in ports)
        self.settings = {
            "HOST": "localhost",
            "CONTENT_HOSTS": content,
            "CERTIFICATE": self.certificate,
            "CERTIFICATE_KEY": self.folder / "key.pem",
            "CONTENT_CERTIFICATE": self.certificate,
            "CONTENT_CERTIFICATE_KEY": self.folder / "key.pem",
            "NODES": nodes,
            "BLOBS": blobs,
            "UPLOAD": "200m",
            "SIGN_INS": "1000",
            "SIGN_IN_BURST": "10000",
            "PER_ADDRESS": "20000",
            "LISTEN": f"127.0.0.1:{self.port}{' ssl http2' if tls else ''}",
            "LISTEN_PLAIN": f"127.0.0.1:{self.plain_port}",
            "LOG": self.folder / "access.log",
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def _certify(self) -> None:
        names = "subjectAltName=DNS:localhost,DNS:*.localhost"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", names,
             "-keyout", self.folder / "key.pem", "-out", self.certificate],
            check=True, capture_output=True,
        )  # fmt: skip

    def render(self) -> None:
        settings = self.folder / "nginx.env"
        settings.write_text("".join(f"CLEANROOM_{name}={value}\n" for name, value in self.settings.items()))
        subprocess.run([sys.executable, RENDER, settings, self.folder], check=True, stdout=subprocess.DEVNULL)
        user = "user root;\n" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(user=user, folder=self.folder))

    def check(self) -> subprocess.CompletedProcess[str]:
        """nginx's own word on the configuration."""
        return subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)

    @property
    def _command(self) -> list[str]:
        return [program(), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]

    def start(self) -> None:
        self.render()
        with (self.folder / "out.log").open("ab") as out:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out, start_new_session=True)
        give_up = time.monotonic() + serving.PATIENCE
        while time.monotonic() < give_up and self._process.poll() is None:
            if serving.listens(self.port):
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "out.log").read_text() + (self.folder / "error.log").read_text())

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def access_log(self) -> str:
        path = self.folder / "access.log"
        return path.read_text() if path.exists() else ""

    def end(self, number: int = signal.SIGTERM) -> None:
        """All its processes; it may be started again."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait(serving.PATIENCE)

    def stop(self) -> None:
        self.end()
        for held in self._held:
            held.close()
