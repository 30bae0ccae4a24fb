"""One canonical question of each kind, as engines/content makes them."""

SINGLE = {
    "id": "glove",
    "kind": "single",
    "objective": "gowning",
    "points": 1,
    "answers": [{"id": "change", "right": True}, {"id": "spray"}, {"id": "ignore"}],
}
MULTIPLE = {
    "id": "sources",
    "kind": "multiple",
    "objective": "gowning",
    "points": 2,
    "answers": [{"id": "a", "right": True}, {"id": "b", "right": True}, {"id": "c"}, {"id": "d"}, {"id": "e"}],
}
TRUEFALSE = {"id": "flow", "kind": "truefalse", "objective": "air", "points": 1, "answer": True}
NUMERIC = {
    "id": "limit",
    "kind": "numeric",
    "objective": "limits",
    "points": 1,
    "answer": 2.5,
    "tolerance": {"absolute": 0.1},
    "unit": "EU/mL",
    "other_units": [{"unit": "EU/L", "factor": 0.001}],
}
SHORT = {
    "id": "air",
    "kind": "short",
    "objective": "air",
    "points": 1,
    "accept": {"en": ["first air"], "ko": ["첫 공기"]},
}
MATCHING = {
    "id": "grades",
    "kind": "matching",
    "objective": "limits",
    "points": 3,
    "pairs": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    "extra": [{"id": "x"}],
}
ORDERING = {
    "id": "steps",
    "kind": "ordering",
    "objective": "gowning",
    "points": 1,
    "items": [{"id": "hood"}, {"id": "coverall"}, {"id": "boots"}, {"id": "gloves"}],
}
GAPS = {
    "id": "sentence",
    "kind": "gaps",
    "objective": "air",
    "points": 2,
    "gaps": [
        {"id": "grade", "choices": [{"id": "g-a", "right": True}, {"id": "g-b"}]},
        {"id": "name", "accept": {"en": ["airlock"]}},
    ],
}
EVERY = (SINGLE, MULTIPLE, TRUEFALSE, NUMERIC, SHORT, MATCHING, ORDERING, GAPS)
