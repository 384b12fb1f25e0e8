"""Formulas of Office documents (OMML, ECMA-376 part 1, 22.1) as TeX."""

from collections.abc import Callable

from infra.local.retrieval import tex
from infra.local.retrieval.package import Element, find_child, get_attribute, list_children, name_of

_UNSEEN = frozenset({"w:del", "w:moveFrom", "w:rPr", "m:ctrlPr"})
_OFF = frozenset({"0", "false", "off"})


def convert_omml(formula: Element, *, display: bool = False) -> str:
    """Return an `oMath` element as TeX between dollar signs."""
    return tex.set_formula(_render_row(formula, 0), display=display)


def _render_row(element: Element | None, depth: int) -> str:
    return tex.join([_render(child, depth) for child in element]) if element is not None else ""


def _render(element: Element, depth: int) -> str:
    name = name_of(element)
    if name in _UNSEEN or name.endswith("Pr"):
        return ""
    if name == "m:r":
        return _render_run(element)
    if depth > tex.MAX_DEPTH:
        return tex.set_text("".join(str(text) for text in element.itertext()))
    return _ELEMENTS.get(name, _render_row)(element, depth + 1)


def _render_run(run: Element) -> str:
    text = "".join(part.text or "" for part in list_children(run, "m:t", "w:t"))
    properties = find_child(run, "m:rPr")
    style = _get(properties, "m:sty") or ""
    if _is_on(properties, "m:nor") or text.isspace():
        return tex.set_text(text)
    if _get(properties, "m:scr") == "double-struck":
        return f"\\mathbb{{{text.strip()}}}"
    if style == "p":
        return tex.set_word(text)
    formula = tex.escape_math(text)
    return f"\\mathbf{{{formula}}}" if style in {"b", "bi"} and text.strip().isalnum() else formula


def _get(properties: Element | None, name: str) -> str | None:
    return get_attribute(find_child(properties, name), "m:val")


def _is_on(properties: Element | None, name: str) -> bool:
    found = find_child(properties, name)
    return found is not None and get_attribute(found, "m:val") not in _OFF


def _part(element: Element, name: str, depth: int) -> str:
    return _render_row(find_child(element, name), depth)


def _render_fraction(element: Element, depth: int) -> str:
    above, below = _part(element, "m:num", depth), _part(element, "m:den", depth)
    kind = _get(find_child(element, "m:fPr"), "m:type")
    if kind == "lin":
        return f"{tex.group(above)}/{tex.group(below)}"
    return f"{{{above} \\atop {below}}}" if kind == "noBar" else tex.set_fraction(above, below)


def _render_script(element: Element, depth: int) -> str:
    base, below, above = (_part(element, name, depth) for name in ("m:e", "m:sub", "m:sup"))
    return tex.set_script(base, below=below, above=above)


def _render_prescript(element: Element, depth: int) -> str:
    base, below, above = (_part(element, name, depth) for name in ("m:e", "m:sub", "m:sup"))
    return tex.join([tex.set_script("", below=below, above=above), base])


def _render_root(element: Element, depth: int) -> str:
    is_square = _is_on(find_child(element, "m:radPr"), "m:degHide")
    return tex.set_root(_part(element, "m:e", depth), "" if is_square else _part(element, "m:deg", depth))


def _render_large(element: Element, depth: int) -> str:
    sign = _get(find_child(element, "m:naryPr"), "m:chr")
    below, above = _part(element, "m:sub", depth), _part(element, "m:sup", depth)
    large = tex.set_script(tex.escape_math("∫" if sign is None else sign), below=below, above=above)
    return tex.join([large, _part(element, "m:e", depth)])


def _render_fence(element: Element, depth: int) -> str:
    properties = find_child(element, "m:dPr")
    begin, end, separator = (
        default if value is None else value
        for value, default in (
            (_get(properties, name), default)
            for name, default in (("m:begChr", "("), ("m:endChr", ")"), ("m:sepChr", "|"))
        )
    )
    insides = [_render_row(each, depth) for each in list_children(element, "m:e")]
    inside = tex.escape_math(separator).join(insides)
    choice = inside.removeprefix("{").removesuffix("}").split(" \\atop ")
    if (begin, end) == ("(", ")") and len(choice) == 2 and inside.startswith("{") and inside.endswith("}"):
        return f"\\binom{{{choice[0]}}}{{{choice[1]}}}"
    return tex.set_fence(begin, inside, end)


def _render_function(element: Element, depth: int) -> str:
    return tex.join([_part(element, "m:fName", depth), _part(element, "m:e", depth)])


def _render_accent(element: Element, depth: int) -> str:
    sign = _get(find_child(element, "m:accPr"), "m:chr")
    return tex.set_accent(_part(element, "m:e", depth), "\u0302" if sign is None else sign)


def _render_bar(element: Element, depth: int) -> str:
    is_above = _get(find_child(element, "m:barPr"), "m:pos") == "top"
    return tex.set_accent(_part(element, "m:e", depth), "¯", below=not is_above)


def _render_brace(element: Element, depth: int) -> str:
    properties = find_child(element, "m:groupChrPr")
    sign = _get(properties, "m:chr")
    is_above = _get(properties, "m:pos") == "top"
    return tex.set_accent(_part(element, "m:e", depth), "⏟" if sign is None else sign, below=not is_above)


def _render_matrix(element: Element, depth: int) -> str:
    rows = list_children(element, "m:mr")
    cells = [[_render_row(cell, depth) for cell in list_children(row, "m:e")] for row in rows]
    return tex.set_rows(cells, "matrix")


def _render_lines(element: Element, depth: int) -> str:
    """Render equations one below the other, in which `&` aligns and `#` comes before the number."""
    rows = [_render_row(row, depth) for row in list_children(element, "m:e")]
    return tex.set_rows([[row.replace("\\&", "&").replace("\\#", "\\qquad ")] for row in rows], "aligned")


def _render_phantom(element: Element, depth: int) -> str:
    shown = _get(find_child(element, "m:phantPr"), "m:show")
    return "" if shown in _OFF else _part(element, "m:e", depth)


_ELEMENTS: dict[str, Callable[[Element, int], str]] = {
    "m:acc": _render_accent,
    "m:bar": _render_bar,
    "m:d": _render_fence,
    "m:eqArr": _render_lines,
    "m:f": _render_fraction,
    "m:func": _render_function,
    "m:groupChr": _render_brace,
    "m:limLow": lambda element, depth: tex.set_under(
        _part(element, "m:e", depth), _part(element, "m:lim", depth)
    ),
    "m:limUpp": lambda element, depth: tex.set_over(
        _part(element, "m:e", depth), _part(element, "m:lim", depth)
    ),
    "m:m": _render_matrix,
    "m:nary": _render_large,
    "m:phant": _render_phantom,
    "m:rad": _render_root,
    "m:sPre": _render_prescript,
    "m:sSub": _render_script,
    "m:sSubSup": _render_script,
    "m:sSup": _render_script,
}
