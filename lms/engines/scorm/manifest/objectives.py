"""Objectives and their maps to global ones: IMS says satisfaction and measure, ADL (4th edition) the rest."""

from dataclasses import replace

from lms.engines.scorm.definition import Objective, ObjectiveMap
from lms.engines.scorm.manifest.values import flag, number, uri
from lms.engines.scorm.manifest.xml import Element, Sheet, child, children, name_of, raw_text, space_of

# By attribute of mapInfo: field of the map, and its default where the element stands.
IMS = {
    "readSatisfiedStatus": ("read_satisfied", True),
    "readNormalizedMeasure": ("read_measure", True),
    "writeSatisfiedStatus": ("write_satisfied", False),
    "writeNormalizedMeasure": ("write_measure", False),
}
ADL = {
    "readRawScore": ("read_raw", True),
    "readMinScore": ("read_min", True),
    "readMaxScore": ("read_max", True),
    "readCompletionStatus": ("read_completion", True),
    "readProgressMeasure": ("read_progress", True),
    "writeRawScore": ("write_raw", False),
    "writeMinScore": ("write_min", False),
    "writeMaxScore": ("write_max", False),
    "writeCompletionStatus": ("write_completion", False),
    "writeProgressMeasure": ("write_progress", False),
}


def read_objectives(sections: list[Element], sheet: Sheet) -> tuple[Objective, tuple[Objective, ...]]:
    """The primary one, which always exists, and the others. ADL's element adds maps to objectives that IMS's names."""
    own = [one for one in sections if not is_adl(one)]
    primary, others = Objective(), {}
    for element in (one for section in own for one in section):
        objective = _objective(element, sheet)
        if name_of(element) == "primaryobjective":
            primary = objective
        elif name_of(element) == "objective" and objective.id and objective.id not in others:
            others[objective.id] = objective
        elif name_of(element) == "objective":
            sheet.warn(element, "an objective needs an objectiveID of its own; this one is left out")
    for element in (one for section in sections if is_adl(section) for one in children(section, "objective")):
        name = uri(element, "objectiveID")
        if name == primary.id:
            primary = _extended(primary, element, sheet)
        elif name in others:
            others[name] = _extended(others[name], element, sheet)
        else:
            sheet.warn(element, f"adlseq:objectives names “{name}”, which imsss:objectives does not; it is left out")
    return primary, tuple(others.values())


def is_adl(section: Element) -> bool:
    return "adlseq" in space_of(section).lower()


def _objective(element: Element, sheet: Sheet) -> Objective:
    least = child(element, "minnormalizedmeasure")
    text = None if least is None else raw_text(least)
    measure = number(sheet, least, "minNormalizedMeasure", text, -1, 1)
    maps: dict[str, ObjectiveMap] = {}
    for one in children(element, "mapinfo"):
        target = uri(one, "targetObjectiveID")
        maps[target] = ObjectiveMap(target, **_flags(one, IMS, sheet))
    return Objective(
        uri(element, "objectiveID"),
        flag(sheet, element, "satisfiedByMeasure", False),
        1.0 if measure is None else measure,
        tuple(maps.values()),
    )


def _flags(element: Element, names: dict[str, tuple[str, bool]], sheet: Sheet) -> dict[str, bool]:
    return {field: flag(sheet, element, name, usual) for name, (field, usual) in names.items()}


def _written(one: ObjectiveMap) -> dict[str, bool]:
    """What IMS's element says of a map; ADL's says all the rest."""
    return {field: getattr(one, field) for field, _ in IMS.values()}


def _extended(objective: Objective, element: Element, sheet: Sheet) -> Objective:
    maps = {one.target: one for one in objective.maps}
    for one in children(element, "mapinfo"):
        target = uri(one, "targetObjectiveID")
        known = maps.get(target) or ObjectiveMap(target, read_satisfied=False, read_measure=False)
        maps[target] = ObjectiveMap(target, **(_written(known) | _flags(one, ADL, sheet)))
    return replace(objective, maps=tuple(maps.values()))
