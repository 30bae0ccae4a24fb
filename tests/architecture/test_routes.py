"""Every address of the application: converters, plain words, a permission for each, nothing removed unnoticed."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.app import create_app
from lms.core import config
from lms.core.db import Database


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> list[Rule]:
    return list(_app(tmp_path_factory).url_map.iter_rules())


def _app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("routes")
    settings = config.load({}, mode="test", data_dir=str(folder), log_level="ERROR")
    return create_app(settings, Database(f"sqlite:///{folder / 'unused.db'}"))


def test_every_parameter_has_a_converter(rules: list[Rule]) -> None:
    bare = [rule.rule for rule in rules if re.search(r"<[^:>]+>", rule.rule)]
    assert bare == []


def test_addresses_are_lower_case_words(rules: list[Rule]) -> None:
    odd = [rule.rule for rule in rules if not re.fullmatch(r"[a-z0-9/.\-]*", re.sub(r"<[^>]+>", "", rule.rule))]
    assert odd == []


def test_no_get_is_also_a_post_under_another_name(rules: list[Rule]) -> None:
    """One address and method have one view."""
    seen = [(rule.rule, method) for rule in rules for method in rule.methods or () if method not in ("HEAD", "OPTIONS")]
    assert len(seen) == len(set(seen))
