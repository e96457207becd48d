"""A rule as nodes that a form can show and rearrange: clauses and groups, each negated or switched off.

The request file knows no switched-off part. One is written so that it changes nothing where it stands:
``any = [part, {all = []}]`` holds always, which leaves an ``all`` as it is without it, and
``all = [part, {any = []}]`` never holds, which leaves an ``any`` as it is. Both are read back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ml4t_desktop.session.request.rule_tree import Joint, Part

Path = tuple[int, ...]
_OTHER: Final[dict[Joint, Joint]] = {"all": "any", "any": "all"}


@dataclass(frozen=True, slots=True)
class Node:
    """A clause, or a group of nodes.

    Parameters
    ----------
    clause : mapping or None
        One comparison as the request writes it; None for a group.
    joint : {"all", "any"}
        How the children of a group are joined.
    negations : int
        How many `not` stand before it.
    is_off : bool
        Whether it counts for nothing at present.
    """

    clause: Part | None = None
    joint: Joint = "all"
    children: tuple["Node", ...] = ()
    negations: int = 0
    is_off: bool = False

    @property
    def is_group(self) -> bool:
        """Whether it joins others."""
        return self.clause is None

    @property
    def is_negated(self) -> bool:
        """Whether it holds where its part does not."""
        return self.negations % 2 == 1

    def at(self, path: Path) -> "Node":
        """Return the node that the places of `path` lead to, from here."""
        node = self
        for place in path:
            node = node.children[place]
        return node

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, "Node"]]:
        """Yield every node below this one with its path, each group before what it joins."""
        for place, child in enumerate(self.children):
            yield (*path, place), child
            yield from child.walk((*path, place))

    def clauses(self) -> Iterator["Node"]:
        """Yield the clauses below that count for something."""
        for child in self.children:
            if child.is_off:
                continue
            if child.is_group:
                yield from child.clauses()
            else:
                yield child


def root_of(tree: Part | None, joint: Joint = "all") -> Node:
    """Return a rule as the group at its top; `joint` is that of a rule that has nothing yet."""
    if tree is None:
        return Node(joint=joint)
    for own in ("all", "any"):
        if own in tree:
            return _group(tree, own)
    return Node(joint="all", children=(_parsed(tree, "all"),))


def tree_of_root(root: Node) -> Part | None:
    """Return the tree of a rule as the request writes it, None for one without parts."""
    return _written_group(root) if root.children else None


def part_of(node: Node) -> Part:
    """Return a node as the request writes it, as if it were switched on."""
    part = _written_group(node) if node.clause is None else node.clause
    for _ in range(node.negations):
        part = {"not": part}
    return part


def replaced(root: Node, path: Path, node: Node) -> Node:
    """Return the rule with another node at a path."""
    if not path:
        return node
    first, *rest = path
    child = replaced(root.children[first], tuple(rest), node)
    return replace(root, children=(*root.children[:first], child, *root.children[first + 1 :]))


def inserted(root: Node, path: Path, node: Node) -> Node:
    """Return the rule with one node more, which comes to stand at a path."""
    parent, place = root.at(path[:-1]), path[-1]
    children = (*parent.children[:place], node, *parent.children[place:])
    return replaced(root, path[:-1], replace(parent, children=children))


def removed(root: Node, path: Path) -> Node:
    """Return the rule without a node, and without groups that would be left empty."""
    parent, place = root.at(path[:-1]), path[-1]
    children = (*parent.children[:place], *parent.children[place + 1 :])
    if not children and len(path) > 1:
        return removed(root, path[:-1])
    return replaced(root, path[:-1], replace(parent, children=children))


def moved(root: Node, path: Path, target: Path) -> tuple[Node, Path]:
    """Return the rule with a node moved, and where it stands now.

    Parameters
    ----------
    target : tuple of int
        Where the node would be inserted were it not there already.
    """
    if target[: len(path)] == path:
        return root, path
    node = root.at(path)
    hole = Node()
    opened = inserted(replaced(root, path, hole), target, node)
    closed = removed(opened, _path_of(opened, hole))
    return closed, _path_of(closed, node)


def shifted(root: Node, path: Path, step: int) -> tuple[Node, Path]:
    """Return the rule with a node one place up (-1) or down (1); at the end of its group it leaves it."""
    place, siblings = path[-1], len(root.at(path[:-1]).children)
    if 0 <= place + step < siblings:
        return moved(root, path, (*path[:-1], place + (2 if step > 0 else -1)))
    if len(path) == 1:
        return root, path
    above = path[:-1]
    return moved(root, path, (*above[:-1], above[-1] + (1 if step > 0 else 0)))


def indented(root: Node, path: Path) -> tuple[Node, Path]:
    """Return the rule with a node joined to the one above it in a group of their own."""
    parent, place = root.at(path[:-1]), path[-1]
    other = _OTHER[parent.joint]
    if place == 0:
        inner = Node(joint=other, children=(root.at(path),))
        return replaced(root, path, inner), (*path, 0)
    above = (*path[:-1], place - 1)
    if not root.at(above).is_group:
        root = replaced(root, above, Node(joint=other, children=(root.at(above),)))
    return moved(root, path, (*above, len(root.at(above).children)))


def outdented(root: Node, path: Path) -> tuple[Node, Path]:
    """Return the rule with a node taken out of its group, to stand behind it."""
    if len(path) < 2:
        return root, path
    above = path[:-1]
    return moved(root, path, (*above[:-1], above[-1] + 1))


def duplicated(root: Node, path: Path) -> tuple[Node, Path]:
    """Return the rule with a node a second time, behind itself."""
    beside = (*path[:-1], path[-1] + 1)
    return inserted(root, beside, replace(root.at(path))), beside


def negated(node: Node) -> Node:
    """Return a node that holds where this one does not."""
    return replace(node, negations=node.negations - 1 if node.negations else 1)


def switched(node: Node) -> Node:
    """Return a node switched off, or on again."""
    return replace(node, is_off=not node.is_off)


def _path_of(root: Node, wanted: Node) -> Path:
    return next(path for path, node in root.walk() if node is wanted)


def _parsed(part: Part, parent: Joint) -> Node:
    inner = _inside_off(part, parent)
    is_off = inner is not None
    bare = part if inner is None else inner
    negations = 0
    while "not" in bare:
        bare, negations = bare["not"], negations + 1
    if "column" in bare:
        return Node(clause=bare, negations=negations, is_off=is_off)
    group = _group(bare, "any" if "any" in bare else "all")
    return replace(group, negations=negations, is_off=is_off)


def _group(part: Part, joint: Joint) -> Node:
    children = tuple(_parsed(below, joint) for below in part.get(joint, ()))
    return Node(joint=joint, children=children)


def _inside_off(part: Part, parent: Joint) -> Part | None:
    """Return what is switched off in a part, None when it is not."""
    other = _OTHER[parent]
    inside = part.get(other, ())
    if len(inside) == 2 and inside[1] == {parent: ()}:
        return inside[0]
    return None


def _written_group(node: Node) -> Part:
    return {node.joint: tuple(_written(child, node.joint) for child in node.children)}


def _written(node: Node, parent: Joint) -> Part:
    part = part_of(node)
    return {_OTHER[parent]: (part, {parent: ()})} if node.is_off else part
