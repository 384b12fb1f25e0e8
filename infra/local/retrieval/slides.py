"""Presentations (PPTX), by their XML: titles, points, tables and diagrams of each slide, then its notes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.local.retrieval.blocks import Block, Parsed, Unreadable, clean_line, merge_blocks, require_text
from infra.local.retrieval.omml import convert_omml
from infra.local.retrieval.package import (
    Element,
    Package,
    choose_alternative,
    find_child,
    get_attribute,
    list_children,
    name_of,
    open_package,
)
from shared.text.notation import lower_text, raise_text

MAX_SLIDES = 2_000
_NOUN = "The presentation"
_TITLES = frozenset({"title", "ctrTitle"})
_UNREAD = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})  # what each slide repeats
_FORMULA = "?:m"  # of a namespace that versions change
_POINTS = frozenset({"body", "obj", ""})  # a placeholder without a type is one of points


def parse_slides(path: Path) -> Parsed:
    """Parse a presentation; slides are its pages. Raises Unreadable."""
    with open_package(path, _NOUN) as package:
        slides = _list_slides(package)
        if len(slides) > MAX_SLIDES:
            raise Unreadable(f"{_NOUN} has {len(slides):,} slides; at most {MAX_SLIDES:,} are accepted")
        blocks = [
            Block(block.kind, block.text, number)
            for number, part in enumerate(slides, start=1)
            for block in merge_blocks(list(_read_slide(package, part)))
        ]
        with_text = {block.page for block in blocks}
        parsed = Parsed(
            blocks,
            max(1, len(slides)),
            pages_without_text=len(slides) - len(with_text),
            images_skipped=package.count_images(),
        )
        return require_text(parsed, f"{_NOUN} has no text")


def _list_slides(package: Package) -> list[str]:
    relations = package.list_relations("").values()
    main = next((each.target for each in relations if each.kind == "officeDocument"), "ppt/presentation.xml")
    if main not in package or not main.startswith("ppt/"):
        raise Unreadable("The file is not a presentation")
    targets = package.list_relations(main)
    slides = list_children(find_child(package.read_xml(main), "p:sldIdLst"), "p:sldId")
    names = [get_attribute(slide, "r:id") or "" for slide in slides]
    return [targets[name].target for name in names if name in targets and targets[name].target in package]


def _read_slide(package: Package, part: str) -> Iterator[Block]:
    related = package.list_relations(part)
    tree = find_child(package.read_xml(part), "p:cSld", "p:spTree")
    diagrams = [each.target for each in related.values() if each.kind == "diagramData"]
    blocks = list(_read_shapes(tree if tree is not None else ()))
    yield from (block for block in blocks if block.kind == "heading")
    yield from (block for block in blocks if block.kind != "heading")
    for target in diagrams:
        if target in package:
            yield from _read_diagram(package.read_xml(target))
    for relation in related.values():
        if relation.kind == "notesSlide" and relation.target in package:
            yield from _read_notes(find_child(package.read_xml(relation.target), "p:cSld", "p:spTree"))


def _read_shapes(shapes: Iterable[Element]) -> Iterator[Block]:
    for shape in shapes:
        name = name_of(shape)
        if name == "p:sp":
            yield from _read_shape(shape)
        elif name == "p:grpSp":
            yield from _read_shapes(shape)
        elif name == "mc:AlternateContent":
            yield from _read_shapes(choose_alternative(shape))
        elif name == "p:graphicFrame":
            yield from _read_table(find_child(shape, "a:graphic", "a:graphicData", "a:tbl"))


def _read_shape(shape: Element) -> Iterator[Block]:
    place = find_child(shape, "p:nvSpPr", "p:nvPr", "p:ph")
    kind = (get_attribute(place, "type") or "") if place is not None else "text"
    if kind in _UNREAD:
        return
    paragraphs = list_children(find_child(shape, "p:txBody"), "a:p")
    if kind in _TITLES:
        yield Block("heading", clean_line(" ".join(_read_paragraph(each) for each in paragraphs)))
        return
    for paragraph in paragraphs:
        yield _build_block(paragraph, is_point=kind in _POINTS)


def _build_block(paragraph: Element, *, is_point: bool) -> Block:
    properties = find_child(paragraph, "a:pPr")
    has_mark = any(list_children(properties, "a:buChar", "a:buAutoNum", "a:buBlip"))
    is_item = has_mark or (is_point and find_child(properties, "a:buNone") is None)
    text = clean_line(_read_paragraph(paragraph))
    return Block("list", f"- {text}" if text else "") if is_item else Block("paragraph", text)


def _read_paragraph(content: Iterable[Element]) -> str:
    return "".join(_read_piece(piece) for piece in content)


def _read_piece(piece: Element) -> str:
    name = name_of(piece)
    if name == "a:br":
        return "\n"
    if name in {"a:r", "a:fld"}:
        return "" if get_attribute(piece, "type") == "slidenum" else _read_run(piece)
    if name == "m:oMath":
        return convert_omml(piece)
    if name == "m:oMathPara":
        return " ".join(convert_omml(each, display=True) for each in list_children(piece, "m:oMath"))
    inner = choose_alternative(piece) if name == "mc:AlternateContent" else list(piece)
    return _read_paragraph(inner) if name in {"mc:AlternateContent", _FORMULA} else ""


def _read_run(run: Element) -> str:
    text = "".join(part.text or "" for part in list_children(run, "a:t"))
    raised = get_attribute(find_child(run, "a:rPr"), "baseline") or "0"
    if raised.startswith("-"):
        return lower_text(text)
    return raise_text(text) if raised.rstrip("%") not in {"0", ""} else text


def _read_table(table: Element | None) -> Iterator[Block]:
    for row in list_children(table, "a:tr"):
        cells = [cell for cell in list_children(row, "a:tc") if get_attribute(cell, "hMerge") != "1"]
        texts = [_read_cell(cell) for cell in cells]
        yield Block("table", " | ".join(texts) if any(texts) else "")


def _read_cell(cell: Element) -> str:
    paragraphs = list_children(find_child(cell, "a:txBody"), "a:p")
    return clean_line(" ".join(_read_paragraph(paragraph) for paragraph in paragraphs))


def _read_diagram(data: Element) -> Iterator[Block]:
    for element in data.iter():
        if name_of(element) == "a:p":
            yield _build_block(element, is_point=True)


def _read_notes(tree: Element | None) -> Iterator[Block]:
    for shape in list_children(tree, "p:sp"):
        place = find_child(shape, "p:nvSpPr", "p:nvPr", "p:ph")
        if get_attribute(place, "type") == "body":
            for paragraph in list_children(find_child(shape, "p:txBody"), "a:p"):
                yield _build_block(paragraph, is_point=False)
