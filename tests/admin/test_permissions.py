"""Every address of the admin pages as every role: who may, and everybody else sees that nothing is here."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.client import Client
from tests.people import People

#: endpoint prefix → permission's holder among our people.
HOLDERS = {
    "people": {"dora"},
    "enrolments": {"dora"},
    "jobs": {"dora"},
    "audit": {"quentin", "ines"},
}
VALUES = {"user_id": 1, "job_id": 1, "enrolment": 1, "course": "tiny-course", "file": "0" * 64}


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in HOLDERS]


def _tries(rules: list[Rule]) -> list[tuple[str, str, str]]:
    """(blueprint, method, address) of every rule and method."""
    found = []
    for rule in rules:
        built = rule.build({name: VALUES[name] for name in rule.arguments})
        assert built is not None
        for method in (rule.methods or set()) & {"GET", "POST"}:
            found.append((rule.endpoint.split(".")[0], method, built[1]))
    return found


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dora", "quentin", "ines"])
def test_others_see_that_nothing_is_here(client: Client, crowd: People, rules: list[Rule], who: str) -> None:
    client.sign_in(getattr(crowd, who).id)
    wrong = []
    for blueprint, method, address in _tries(rules):
        if who not in HOLDERS[blueprint]:
            answer = client.get(address) if method == "GET" else client.post(address)
            if answer.status_code != 404:
                wrong.append((method, address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", ["dora", "quentin", "ines"])
def test_holders_see_their_pages(client: Client, crowd: People, rules: list[Rule], who: str) -> None:
    client.sign_in(getattr(crowd, who).id)
    opened = {
        blueprint
        for blueprint, method, address in _tries(rules)
        if method == "GET" and who in HOLDERS[blueprint] and client.get(address).status_code == 200
    }
    assert opened == {blueprint for blueprint, holders in HOLDERS.items() if who in holders}


def test_strangers_are_asked_to_sign_in(app: Flask, crowd: People, rules: list[Rule]) -> None:
    stranger = Client(app)
    answers = {stranger.get(address).status_code for _b, method, address in _tries(rules) if method == "GET"}
    assert answers == {302}


def test_every_view_names_its_permission(app: Flask, rules: list[Rule]) -> None:
    bare = [rule.endpoint for rule in rules if not hasattr(app.view_functions[rule.endpoint], "permission")]
    assert bare == []
