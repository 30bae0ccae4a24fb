"""Which application answers is decided by the host alone."""

import pytest

from lms.player.hosts import Hosts
from lms.scorm.hosts import label_of
from tests.client import Client

LABEL = "a" * 52
DEMO = Hosts("http://{label}.localhost:8000", "localhost")
WILD = Hosts("https://{label}.packages-example.net", "learn.example.org")
INSIDE = Hosts("https://{label}.example.org", "learn.example.org")
SINGLE = Hosts("https://packages-example.net", "learn.example.org")
OFF = Hosts("", "learn.example.org")


@pytest.mark.parametrize(
    ("hosts", "host", "label"),
    [
        (DEMO, "localhost:8000", None),
        (DEMO, "localhost", None),
        (DEMO, "127.0.0.1:8000", None),
        (DEMO, f"{LABEL}.localhost:8000", LABEL),
        (DEMO, f"{LABEL.upper()}.LOCALHOST", LABEL),
        (DEMO, f"{LABEL}.localhost.", LABEL),
        (DEMO, "lms.localhost", ""),
        (DEMO, f"x.{LABEL}.localhost", ""),
        (DEMO, f"{LABEL}1.localhost", ""),
        (WILD, "learn.example.org", None),
        (WILD, f"{LABEL}.packages-example.net", LABEL),
        (WILD, "packages-example.net", None),
        (WILD, f"{LABEL}.evil-packages-example.net", None),
        (INSIDE, "learn.example.org", None),
        (INSIDE, "other.example.org", ""),
        (SINGLE, "packages-example.net:443", ""),
        (SINGLE, "learn.example.org", None),
        (OFF, f"{LABEL}.localhost", None),
        (DEMO, "[::1", None),
        (DEMO, "", None),
    ],
)
def test_the_host_decides(hosts: Hosts, host: str, label: str | None) -> None:
    assert hosts.label(host) == label


def test_each_registration_and_version_has_a_host_of_its_own() -> None:
    labels = {label_of(secret, reg, version) for secret in ("one", "two") for reg in (1, 11) for version in (1, 11)}
    assert len(labels) == 8
    assert all(DEMO.label(f"{label}.localhost") == label for label in labels)


def test_the_lms_does_not_answer_where_packages_run(client: Client) -> None:
    for path in ("/sign-in", "/courses", "/learning", "/healthz"):
        assert client.http.get(path, base_url=f"http://{LABEL}.localhost").status_code == 404, path
        assert client.get(path).status_code in (200, 302), path


def test_packages_are_not_served_on_the_host_of_the_lms(client: Client) -> None:
    assert client.get("/f/1-1.abc/index.html").status_code in (302, 404)
    for address in ("exchange", "take", "operations", "trace"):
        assert client.post(f"/x/{address}", json={}).status_code in (401, 404, 405), address


def test_no_cookie_is_read_or_set_where_packages_run(client: Client) -> None:
    answer = client.http.get(
        "/", base_url=f"http://{LABEL}.localhost", headers={"Cookie": "lms=forged; session=forged; lang=fr"}
    )
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers or "Cookie" not in answer.headers["Vary"]
