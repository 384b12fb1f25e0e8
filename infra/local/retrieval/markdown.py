"""Markdown by markdown-it-py: headings, paragraphs, lists, tables, and code kept as code."""

import re
from typing import TYPE_CHECKING

from infra.local.retrieval.blocks import Block, Kind, Parsed, clean_line, dedent, merge_blocks, require_text
from infra.local.retrieval.mathml import convert_source
from infra.local.retrieval.plain import decode
from infra.local.retrieval.tex import FORMULA, set_formula

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE_FORMULA = re.compile(
    FORMULA.pattern + r"|\\\((?:[^\\\n]|\\[^()\n]){1,1000}?\\\)|\\\[(?:[^\\]|\\[^\[\]]){1,4000}?\\\]"
)
_BLOCK_BEGIN = re.compile(r"(\$\$|\\\[|\\begin\{([a-z]+\*?)\})")
_MATHML_END = "</math>"
_MAX_MATHML_CHARS = 20_000
_MAX_FORMULA_LINES = 200
_BLOCK_ENDS = {"$$": "$$", "\\[": "\\]"}
_MATHML = re.compile(r"<math\b(?:(?!<math\b)[\s\S]){0,20000}?</math>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def parse_markdown(data: bytes) -> Parsed:
    """Parse Markdown. Raises Unreadable if there is no text."""
    return require_text(Parsed(read_markdown(decode(data))), "The file has no text")


def read_markdown(text: str) -> list[Block]:
    """Read the blocks of Markdown, without front matter."""
    from markdown_it import MarkdownIt

    source = _FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    tokens = _keep_formulas(MarkdownIt("commonmark").enable("table")).parse(source)
    return merge_blocks(_TokenWalk().collect_blocks(tokens))


def _keep_formulas(parser: "MarkdownIt") -> "MarkdownIt":
    """Teach the parser that what stands between TeX's signs is no Markdown."""
    parser.inline.ruler.before("escape", "formula", _read_inline_formula)
    parser.inline.ruler.before("html_inline", "mathml", _read_mathml)
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "formula_block", _read_formula_block, {"alt": ends})
    return parser


def _read_inline_formula(state: "StateInline", silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    if state.src[state.pos] not in "$\\":
        return False
    match = _INLINE_FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        tex, display = _unwrap(match.group())
        state.push("formula", "math", 0).content = set_formula(tex, display=display)
    state.pos = match.end()
    return True


def _read_mathml(state: "StateInline", silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    begin = state.pos
    if not state.src.startswith("<math", begin):
        return False
    end = state.src.find(_MATHML_END, begin, begin + _MAX_MATHML_CHARS)
    if end < 0:
        return False
    end += len(_MATHML_END)
    if not silent:
        state.push("formula", "math", 0).content = convert_source(state.src[begin:end])
    state.pos = end
    return True


def _read_formula_block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if state.is_code_block(start):
        return False
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    opening = _BLOCK_BEGIN.match(first)
    if opening is None:
        return False
    closing = _BLOCK_ENDS.get(opening.group(1)) or f"\\end{{{opening.group(2)}}}"
    lines: list[str] = []
    for line in range(start, min(end, start + _MAX_FORMULA_LINES)):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        lines.append(text)
        if text.rstrip().rstrip(".,;").endswith(closing) and (
            line > start or len(text.strip()) > len(closing) + 2
        ):
            break
    else:
        return False
    if silent:
        return True
    state.line = start + len(lines)
    token = state.push("formula_block", "math", 0)
    tex, _ = _unwrap("\n".join(lines).strip())
    token.content = set_formula(tex, display=True)
    return True


def _unwrap(source: str) -> tuple[str, bool]:
    """Return the formula without its signs, and whether it stands alone; its stop stays in it."""
    stop = source[len(source.rstrip(".,;")) :]
    body = source.removesuffix(stop)
    for begin, end in (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")):
        if body.startswith(begin) and body.endswith(end) and len(body) >= len(begin) + len(end):
            return body[len(begin) : -len(end)].strip() + stop, begin in ("$$", "\\[")
    return source, True


class _TokenWalk:
    """A walk over tokens that knows where each stands: in lists, a heading, or a table's row."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._marks: list[str] = []  # of the open items, outermost first
        self._fresh_item = False
        self._kind: Kind = "paragraph"
        self._cells: list[str] | None = None

    def collect_blocks(self, tokens: "list[Token]") -> list[Block]:
        """Collect the blocks of all tokens."""
        for token in tokens:
            handler = getattr(self, f"_on_{token.type}", None)
            if handler is not None:
                handler(token)
        return self._blocks

    def _add(self, kind: Kind, text: str) -> None:
        self._blocks.append(Block(kind, text))

    def _on_heading_open(self, _: "Token") -> None:
        self._kind = "heading"

    def _on_heading_close(self, _: "Token") -> None:
        self._kind = "paragraph"

    def _on_list_item_open(self, token: "Token") -> None:
        self._marks.append(f"{token.info}{token.markup}" if token.info else "-")
        self._fresh_item = True

    def _on_list_item_close(self, _: "Token") -> None:
        self._marks.pop()

    def _on_tr_open(self, _: "Token") -> None:
        self._cells = []

    def _on_tr_close(self, _: "Token") -> None:
        self._add("table", " | ".join(self._cells or []))
        self._cells = None

    def _on_fence(self, token: "Token") -> None:
        self._add("code", dedent(token.content))

    _on_code_block = _on_fence

    def _on_formula_block(self, token: "Token") -> None:
        self._add("paragraph", token.content)

    def _on_html_block(self, token: "Token") -> None:
        source = _MATHML.sub(lambda match: convert_source(match.group()), _COMMENT.sub("", token.content))
        self._add("paragraph", clean_line(_TAG.sub(" ", source)))

    def _on_inline(self, token: "Token") -> None:
        text = clean_line("".join(_render_inline(child) for child in token.children or []))
        if self._cells is not None:
            self._cells.append(text)
        elif self._marks and self._kind == "paragraph":
            self._add("list", self._item_text(text))
        elif text:
            self._add(self._kind, text)

    def _item_text(self, text: str) -> str:
        mark = self._marks[-1] if self._fresh_item else " "
        self._fresh_item = False
        return f"{'  ' * (len(self._marks) - 1)}{mark} {text}" if text else ""


def _render_inline(token: "Token") -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return "" if token.type == "html_inline" else token.content
