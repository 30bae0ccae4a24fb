"""Whole numbers in addresses: what no row can be numbered is answered before a database is asked."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

GREATEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` up to what both databases store; a larger one is an address that leads nowhere."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=GREATEST)


def fits(number: int) -> bool:
    return -GREATEST <= number <= GREATEST


def init(app: Flask) -> None:
    """Before any blueprint is registered: the rules take the converter that they find."""
    app.url_map.converters["int"] = RowNumber
