"""Afternoons of a whole programme, played against the running product: see `python -m tests.load.afternoon --help`.

`wire` and `crowd` send, `journal`, `page` and `visits` are what people do, `scenarios` when they do it, `seed` makes
them. `meter` and `costs` say what it took, `verdict` compares the database with what was acknowledged, `report`
writes it down.
"""
