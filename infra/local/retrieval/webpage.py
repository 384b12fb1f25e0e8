"""Web pages by BeautifulSoup: the main text, without scripts, navigation and what is hidden."""

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from bs4.dammit import EncodingDetector

from infra.local.retrieval.blocks import Block, Parsed, clean_line, dedent, merge_blocks, require_text
from infra.local.retrieval.mathml import convert_mathml
from infra.local.retrieval.plain import decode
from infra.local.retrieval.tex import set_formula
from shared.text.notation import lower_text, raise_text

_DROPPED = (
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "nav", "aside", "footer",
    "form", "button", "select", "head", "[hidden]", "[aria-hidden=true]",
)  # fmt: skip
_KEPT_IN_BOOKS = frozenset({"aside", "footer"})
_NOTE_MARKS = ('[epub\\:type~="noteref"]', '[role="doc-noteref"]')
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")  # XHTML is read as HTML
_FORMULAS = ["math", "m:math", "mml:math"]
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CONTAINERS = frozenset(
    {
        "html", "body", "main", "article", "section", "div", "header", "blockquote", "figure", "details",
        "aside", "footer", "table", "thead", "tbody", "tfoot", "ul", "ol", "dl", "center", "td", "th",
    }
)  # fmt: skip
_ITEMS = frozenset({"li", "dt", "dd"})
_MAX_RAISED_CHARS = 40  # a longer raised text is a note or a decoration
_MAX_RAISED_NODES = 20
_NOT_RAISED = frozenset({"p", "div", "sup", "sub"})
_MAIN_SHARE = 0.3  # of the page's text; a smaller <main> or <article> is a teaser


def parse_webpage(data: bytes) -> Parsed:
    """Parse a web page. Raises Unreadable if there is no text."""
    soup = _open(data, _DROPPED)
    main = _find_main(soup)
    parsed = Parsed(merge_blocks(list(_walk_blocks(main))), images_skipped=len(main.select("img")))
    return require_text(parsed, "The page has no text")


def read_chapter(data: bytes) -> list[Block]:
    """Read the blocks of a chapter of an e-book, asides and notes too, without the marks of notes."""
    soup = _open(data, (*(each for each in _DROPPED if each not in _KEPT_IN_BOOKS), *_NOTE_MARKS))
    return list(_walk_blocks(soup))


def _open(data: bytes, dropped: Sequence[str]) -> BeautifulSoup:
    soup = BeautifulSoup(_XML_DECLARATION.sub("", _decode(data)), "lxml")
    _write_formulas(soup)
    for unwanted in soup.select(", ".join(dropped)):
        unwanted.decompose()
    _write_marks(soup)
    return soup


def _write_formulas(soup: BeautifulSoup) -> None:
    """Write MathML, and TeX that waits in scripts to be drawn, as TeX between dollar signs."""
    for script in soup.select('script[type^="math/tex"]'):
        display = "mode=display" in str(script.get("type")).replace(" ", "")
        script.replace_with(set_formula(script.get_text(), display=display))
    for preview in soup.select(".MathJax, .MathJax_Display, .MathJax_Preview, .katex-html"):
        preview.decompose()
    inner: set[int] = set()  # a formula within another is read with it
    for math in soup.find_all(_FORMULAS):
        if id(math) not in inner:
            inner.update(map(id, math.find_all(_FORMULAS)))
            math.replace_with(convert_mathml(math))


def _write_marks(soup: BeautifulSoup) -> None:
    """Write line breaks, and raised and lowered text, in plain characters."""
    for line_break in soup.select("br"):
        line_break.replace_with("\n")
    for tag in soup.select("sup, sub"):
        text = _read_short_text(tag)
        if text is not None:
            tag.replace_with(raise_text(text) if tag.name == "sup" else lower_text(text))


def _read_short_text(tag: Tag) -> str | None:
    """Return the text of a raised or lowered part, or None for one that is more than that.

    The library's own walk first goes down to the last descendant, each time: too slow for nested parts.
    """
    text, waiting = "", list(reversed(tag.contents))
    for _ in range(_MAX_RAISED_NODES):
        if not waiting:
            return text if len(text) <= _MAX_RAISED_CHARS else None
        node = waiting.pop()
        if isinstance(node, NavigableString):
            text += node
        elif isinstance(node, Tag) and node.name not in _NOT_RAISED:
            waiting.extend(reversed(node.contents))
        else:
            return None
    return None


def _decode(data: bytes) -> str:
    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    try:
        return data.decode(declared) if declared else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def _find_main(soup: BeautifulSoup) -> Tag:
    whole = len(soup.get_text())
    for candidate in soup.select("main, article, [role=main]"):
        if len(candidate.get_text()) >= whole * _MAIN_SHARE:
            return candidate
    return soup


def _walk_blocks(root: Tag) -> Iterator[Block]:
    """Walk with a stack of its own: hostile pages nest deeper than Python recurses."""
    stack = [iter(list(root.children))]
    inline: list[str] = []  # inline text that stands directly in a container
    while stack:
        node = next(stack[-1], None)
        if isinstance(node, Tag) and (node.name in _CONTAINERS or _holds_blocks(node)):
            yield from _flush(inline)
            stack.append(iter(list(node.children)))
        elif isinstance(node, Tag) and (block := _read_leaf(node)):
            yield from _flush(inline)
            yield block
        elif node is None:
            yield from _flush(inline)
            stack.pop()
        elif not isinstance(node, Comment):
            inline.append(node.get_text() if isinstance(node, Tag | NavigableString) else "")


def _holds_blocks(node: Tag) -> bool:
    """Return whether an unknown element, or an item, wraps blocks of its own."""
    return (
        node.name not in _HEADINGS | {"pre", "tr", "p"}
        and node.find(["p", "ul", "ol", "pre", "table", "h2"]) is not None
    )


def _read_leaf(node: Tag) -> Block | None:
    if node.name in _HEADINGS:
        return Block("heading", clean_line(node.get_text()))
    if node.name == "pre":
        return Block("code", dedent(node.get_text()))
    if node.name == "tr":
        cells = node.find_all(["td", "th"], recursive=False)
        return Block("table", " | ".join(clean_line(cell.get_text(" ")) for cell in cells))
    if node.name in _ITEMS:
        return Block("list", f"- {clean_line(node.get_text())}")
    return Block("paragraph", clean_line(node.get_text())) if node.name == "p" else None


def _flush(inline: list[str]) -> Iterator[Block]:
    text = clean_line("".join(inline))
    inline.clear()
    if text:
        yield Block("paragraph", text)
