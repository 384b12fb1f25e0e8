"""MathML as TeX."""

from collections.abc import Callable, Sequence

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from infra.local.retrieval import tex

_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
_TEX_ENCODINGS = frozenset({"application/x-tex", "tex", "latex", "text/x-tex"})


def convert_mathml(math: Tag) -> str:
    """Return a `math` element as TeX between dollar signs: its author's own TeX where it carries that."""
    display = math.get("display") == "block" or math.get("mode") == "display"
    for note in math.find_all(lambda each: _name(each) == "annotation"):
        if str(note.get("encoding", "")).lower() in _TEX_ENCODINGS:
            own = note.get_text().strip().removeprefix("{\\displaystyle").strip()
            return tex.set_formula(own.strip("$"), display=display)
    return tex.set_formula(_render_row(math, 0), display=display)


def convert_source(source: str | bytes) -> str:
    """Return the first `math` element of a source as TeX, or nothing where there is none."""
    math = BeautifulSoup(source, "lxml").find(["math", "math:math"])
    return convert_mathml(math) if isinstance(math, Tag) else ""


def _name(tag: Tag) -> str:
    return tag.name.rpartition(":")[2].lower()


def _list_children(tag: Tag) -> list[Tag]:
    return [child for child in tag.children if isinstance(child, Tag)]


def _render_row(tag: Tag, depth: int) -> str:
    """Render the children side by side; text that stands between them is kept."""
    return tex.join([_render_node(child, depth) for child in tag.children])


def _render_node(node: object, depth: int) -> str:
    if isinstance(node, Tag):
        return _render(node, depth)
    is_text = isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    return tex.set_text(str(node).strip()) if is_text and str(node).strip() else ""


def _render(tag: Tag, depth: int) -> str:
    name = _name(tag)
    if name in _UNSEEN:
        return ""
    if name in _TOKENS:
        return _TOKENS[name](tag.get_text())
    if depth > tex.MAX_DEPTH:
        return tex.set_text(tag.get_text())
    return _ELEMENTS.get(name, _render_row)(tag, depth + 1)


def _lay_out(least: int, layout: Callable[[Sequence[str]], str]) -> Callable[[Tag, int], str]:
    """Return a renderer of elements that have at least so many children; broken ones are rows."""

    def render(tag: Tag, depth: int) -> str:
        children = _list_children(tag)
        if len(children) < least:
            return _render_row(tag, depth)
        return layout([_render(child, depth) for child in children])

    return render


def _render_fraction(tag: Tag, depth: int) -> str:
    parts = [_render(child, depth) for child in _list_children(tag)[:2]]
    if len(parts) < 2:
        return _render_row(tag, depth)
    if str(tag.get("linethickness", "")) in {"0", "0pt", "0px"}:
        return f"{{{parts[0]} \\atop {parts[1]}}}"
    return tex.set_fraction(*parts)


def _render_fenced(tag: Tag, depth: int) -> str:
    separator = str(tag.get("separators", ",")).strip()[:1]
    inside = separator.join(_render(child, depth) for child in _list_children(tag))
    return tex.set_fence(str(tag.get("open", "(")), inside, str(tag.get("close", ")")))


def _render_table(tag: Tag, depth: int) -> str:
    return tex.set_rows([_render_cells(row, depth) for row in _list_children(tag)], "matrix")


def _render_cells(row: Tag, depth: int) -> list[str]:
    cells = _list_children(row)
    return [_render(cell, depth) for cell in (cells[1:] if _name(row) == "mlabeledtr" else cells)]


def _render_multiscripts(tag: Tag, depth: int) -> str:
    children = _list_children(tag)
    if not children:
        return ""
    names = [_name(child) for child in children]
    middle = names.index("mprescripts") if "mprescripts" in names else len(children)
    base = _render(children[0], depth)
    after = [_render(child, depth) for child in children[1:middle]]
    before = [_render(child, depth) for child in children[middle + 1 :]]
    prefix = (
        tex.set_script("", below="".join(before[::2]), above="".join(before[1::2])) if any(before) else ""
    )
    return tex.join([prefix, tex.set_script(base, below="".join(after[::2]), above="".join(after[1::2]))])


def _render_identifier(text: str) -> str:
    bare = text.strip()
    return tex.set_word(bare) if len(bare) > 1 else tex.escape_math(bare)


_TOKENS: dict[str, Callable[[str], str]] = {
    "mi": _render_identifier,
    "mn": lambda text: tex.escape_math(text.strip()),
    "mo": lambda text: _render_identifier(text) if text.strip().isalpha() else tex.escape_math(text.strip()),
    "mtext": tex.set_text,
    "ms": tex.set_text,
    "mspace": lambda _: "\\,",
}
_ELEMENTS: dict[str, Callable[[Tag, int], str]] = {
    "mfenced": _render_fenced,
    "mfrac": _render_fraction,
    "mmultiscripts": _render_multiscripts,
    "mtable": _render_table,
    "msqrt": lambda tag, depth: tex.set_root(_render_row(tag, depth)),
    "semantics": _lay_out(1, lambda parts: parts[0]),
    "maction": _lay_out(1, lambda parts: parts[0]),
    "msup": _lay_out(2, lambda parts: tex.set_script(parts[0], above=parts[1])),
    "msub": _lay_out(2, lambda parts: tex.set_script(parts[0], below=parts[1])),
    "msubsup": _lay_out(3, lambda parts: tex.set_script(parts[0], below=parts[1], above=parts[2])),
    "mroot": _lay_out(2, lambda parts: tex.set_root(parts[0], parts[1])),
    "munder": _lay_out(2, lambda parts: tex.set_under(*parts[:2])),
    "mover": _lay_out(2, lambda parts: tex.set_over(*parts[:2])),
    "munderover": _lay_out(3, lambda parts: tex.set_limits(parts[0], below=parts[1], above=parts[2])),
}
