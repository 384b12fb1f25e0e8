"""Notebooks of Jupyter, cell by cell: explanations, code, and the beginning of what it printed."""

from collections.abc import Iterator

from pydantic import BaseModel, Field, ValidationError

from infra.local.retrieval.blocks import (
    Block,
    Damaged,
    Parsed,
    clean_line,
    dedent,
    merge_blocks,
    require_text,
)
from infra.local.retrieval.markdown import read_markdown
from infra.local.retrieval.plain import decode

_MAX_OUTPUT_LINES = 20
_MAX_OUTPUT_CHARS = 1_000
_Lines = str | list[str]


class _Output(BaseModel):
    """The output of a cell: printed `text`, or `data` in several forms, of which plain text is read."""

    text: _Lines = ""
    data: dict[str, object] = Field(default_factory=dict)


class _Cell(BaseModel):
    """A cell; format 3 calls the source of code `input` and has headings of their own."""

    cell_type: str = ""
    source: _Lines = ""
    input: _Lines = ""
    outputs: list[_Output] = Field(default_factory=list)


class _Sheet(BaseModel):
    cells: list[_Cell] = Field(default_factory=list)


class _Notebook(_Sheet):
    worksheets: list[_Sheet] = Field(default_factory=list)  # of format 3


def parse_notebook(data: bytes) -> Parsed:
    """Parse a notebook of format 3 or 4. Raises Unreadable."""
    try:
        notebook = _Notebook.model_validate_json(decode(data).encode())
    except ValidationError as error:
        raise Damaged("The notebook is damaged and could not be read") from error
    cells = notebook.cells or [cell for sheet in notebook.worksheets for cell in sheet.cells]
    blocks = [block for cell in cells for block in _read_cell(cell)]
    images = sum(name.startswith("image/") for cell in cells for each in cell.outputs for name in each.data)
    return require_text(Parsed(merge_blocks(blocks), images_skipped=images), "The notebook has no text")


def _read_cell(cell: _Cell) -> Iterator[Block]:
    source = _join(cell.source) or _join(cell.input)
    if cell.cell_type == "code":
        yield Block("code", dedent(source))
        for output in cell.outputs:
            yield Block("code", _read_output(output))
    elif cell.cell_type == "heading":
        yield Block("heading", clean_line(source))
    elif cell.cell_type == "markdown":
        yield from read_markdown(source)
    else:
        yield Block("paragraph", clean_line(source))


def _read_output(output: _Output) -> str:
    plain = output.data.get("text/plain", "")
    text = _join(output.text) or _join(plain if isinstance(plain, str | list) else "")
    if text.startswith("<") and text.rstrip().endswith(">") and "\n" not in text.strip():
        return ""  # the name of a picture or another object, which says nothing
    return dedent("\n".join(text[:_MAX_OUTPUT_CHARS].splitlines()[:_MAX_OUTPUT_LINES]))


def _join(lines: object) -> str:
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
