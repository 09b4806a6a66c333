"""HTML as a tree, to look at what a page is made of. Raises AssertionError for what is not well formed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("br col img input link meta".split())


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def nodes(self) -> Iterator[Node]:
        """Itself and all below it."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.nodes

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str = "", class_: str = "") -> list[Node]:
        """Those with that tag and that class, in order."""
        return [
            node
            for node in self.nodes
            if tag in ("", node.tag) and (not class_ or class_ in node.attributes.get("class", "").split())
        ]

    def one(self, tag: str = "", class_: str = "") -> Node:
        (found,) = self.all(tag, class_)
        return found

    def shape(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """Of each element its depth, its tag, and the names of its attributes."""
        return list(_shape(self, 0))


def _shape(node: Node, depth: int) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    yield depth, node.tag, tuple(node.attributes)
    for child in node.children:
        if isinstance(child, Node):
            yield from _shape(child, depth + 1)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def parsed(html: str) -> Node:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert len(parser.open) == 1, f"<{parser.open[-1].tag}> is not ended"
    return parser.open[0]
