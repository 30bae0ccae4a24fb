"""The activity tree as the processes walk it: parents, order and depth worked out once, then never changed."""

from collections.abc import Iterator

from lms.engines.scorm.definition import Activity, Organization, Sequencing


class Node:
    """One activity in its place. `index` counts in preorder and `end` is the last index below, so that
    "is below" is a comparison; `position` is the place among all children of the parent. `completed_by_measure` is
    the 4th edition's rule; to a 3rd edition course a threshold matters in the data model only."""

    __slots__ = (
        "activity",
        "children",
        "completed_by_measure",
        "depth",
        "end",
        "fixed",
        "identifier",
        "index",
        "leaf",
        "parent",
        "position",
        "sequencing",
    )

    def __init__(self, activity: Activity, parent: "Node | None", index: int, position: int, fourth: bool) -> None:
        self.activity = activity
        self.identifier: str = activity.identifier
        self.sequencing: Sequencing = activity.sequencing
        self.parent = parent
        self.index = self.end = index
        self.position = position
        self.depth: int = parent.depth + 1 if parent else 0
        self.leaf = not activity.children
        self.completed_by_measure = fourth and activity.sequencing.completion.completed_by_measure
        self.children: tuple[Node, ...] = ()
        how = activity.sequencing.randomisation
        self.fixed = how.selection_timing == how.randomisation_timing == "never"

    def __repr__(self) -> str:
        return f"<Node {self.identifier}>"

    def holds(self, other: "Node") -> bool:
        """Whether `other` is this activity or below it."""
        return self.index <= other.index <= self.end


class Tree:
    """`readers` are, by global objective, the activities whose rolled-up objective reads it."""

    __slots__ = ("by_id", "nodes", "organization", "readers", "root")

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.nodes = tuple(_nodes(organization.root, self.fourth))
        self.root = self.nodes[0]
        self.by_id: dict[str, Node] = {node.identifier: node for node in reversed(self.nodes)}
        self.readers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for read in node.sequencing.primary.maps:
                if read.read_satisfied or read.read_measure or read.read_completion or read.read_progress:
                    self.readers.setdefault(read.target, []).append(node)

    @property
    def fourth(self) -> bool:
        """Whether the 4th edition's additions hold: completion measure, jump, the wider objective maps."""
        return self.organization.edition == "2004-4"


def _nodes(root: Activity, fourth: bool) -> list[Node]:
    """In preorder and without recursion: trees may be deeper than the stack."""
    nodes: list[Node] = []
    below: list[list[Node]] = []
    waiting: list[tuple[Activity, Node | None, int]] = [(root, None, 0)]
    while waiting:
        activity, parent, position = waiting.pop()
        node = Node(activity, parent, len(nodes), position, fourth)
        nodes.append(node)
        below.append([])
        if parent:
            below[parent.index].append(node)
        waiting.extend((child, node, place) for place, child in reversed(list(enumerate(activity.children))))
    for node in reversed(nodes):
        node.children = tuple(below[node.index])
        if node.children:
            node.end = node.children[-1].end
    return nodes


def upwards(node: Node | None) -> Iterator[Node]:
    """The activity, its parent, and so on to the root."""
    while node:
        yield node
        node = node.parent


def path_to(node: Node) -> list[Node]:
    """The activity path (SN 4.1): from the root to the activity, both included."""
    return list(upwards(node))[::-1]


def between(node: Node, ancestor: Node) -> list[Node]:
    """From the activity upwards to the ancestor, the ancestor left out."""
    path = []
    for one in upwards(node):
        if one is ancestor:
            break
        path.append(one)
    return path


def common_ancestor(one: Node, other: Node) -> Node:
    """The deepest activity that holds both; it may be one of them."""
    while one.parent and not one.holds(other):
        one = one.parent
    return one
