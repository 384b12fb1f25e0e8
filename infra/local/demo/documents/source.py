"""The documents' Markdown, parsed into the few kinds of block that the renderers set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


Text = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A chapter (level 1) or a section (level 2)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: Text


@dataclass(frozen=True)
class Note:
    """A paragraph set apart, such as a worked example."""

    text: Text


@dataclass(frozen=True)
class Items:
    """A bullet list or a numbered list."""

    items: tuple[Text, ...]
    ordered: bool


@dataclass(frozen=True)
class Formula:
    """A formula on a line of its own."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of plain cells, the first of them the header."""

    caption: str
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Note | Items | Formula | Table


@dataclass(frozen=True)
class Article:
    """A whole document."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]


class UnknownMarkup(ValueError):
    """The source uses Markdown that no renderer knows."""


def parse(markdown: str) -> Article:
    """Read an article: its title, its subtitle, then blocks. Raises UnknownMarkup."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    nodes = SyntaxTreeNode(tokens).children
    if [node.type for node in nodes[:2]] != ["heading", "paragraph"]:
        raise UnknownMarkup("an article begins with a title and a subtitle")
    title, subtitle, *rest = nodes
    return Article(
        join_spans(_parse_text(title)), join_spans(_parse_text(subtitle)), tuple(_parse_blocks(rest))
    )


def join_spans(text: Text) -> str:
    """Return the text without its styles."""
    return "".join(span.text for span in text)


def _parse_blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
    """Parse blocks; an italic paragraph before a table is the table's caption."""
    caption = ""
    for node, following in zip(nodes, chain(nodes[1:], [None]), strict=True):
        if following is not None and following.type == "table" and _is_italic(node):
            caption = join_spans(_parse_text(node))
        else:
            yield _parse_block(node, caption)
            caption = ""


def _is_italic(node: SyntaxTreeNode) -> bool:
    return node.type == "paragraph" and all(span.italic for span in _parse_text(node))


def _parse_block(node: SyntaxTreeNode, caption: str) -> Block:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]) - 1, join_spans(_parse_text(node)))
        case "paragraph":
            return Paragraph(_parse_text(node))
        case "blockquote":
            return Note(_parse_sole_paragraph(node))
        case "bullet_list" | "ordered_list":
            items = tuple(_parse_sole_paragraph(item) for item in node.children)
            return Items(items, ordered=node.type == "ordered_list")
        case "table":
            return Table(caption, tuple(_parse_rows(node)))
        case "fence" if node.info == "formula":
            return Formula(node.content.strip())
    raise UnknownMarkup(f"no renderer knows a {node.type}")


def _parse_sole_paragraph(node: SyntaxTreeNode) -> Text:
    """Parse a list item or a quotation of one paragraph; nesting would be lost, so it is refused."""
    if [child.type for child in node.children] != ["paragraph"]:
        raise UnknownMarkup(f"a {node.type} holds one paragraph")
    return _parse_text(node.children[0])


def _parse_rows(table: SyntaxTreeNode) -> Iterator[tuple[str, ...]]:
    for section in table.children:
        for row in section.children:
            yield tuple(join_spans(_parse_text(cell)) for cell in row.children)


def _parse_text(node: SyntaxTreeNode) -> Text:
    """Parse the spans of a node that holds one run of inline markup."""
    return tuple(chain.from_iterable(_parse_spans(child) for child in node.children[0].children))


def _parse_spans(node: SyntaxTreeNode, *, bold: bool = False, italic: bool = False) -> Iterator[Span]:
    match node.type:
        case "text":
            if node.content:
                yield Span(node.content, bold, italic)
        case "softbreak":
            yield Span(" ", bold, italic)
        case "strong" | "em":
            for child in node.children:
                yield from _parse_spans(
                    child, bold=bold or node.type == "strong", italic=italic or node.type == "em"
                )
        case _:
            raise UnknownMarkup(f"no renderer knows a {node.type}")
