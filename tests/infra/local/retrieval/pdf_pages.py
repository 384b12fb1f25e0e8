"""PDFs set by hand, each letter at its place, for what no library sets: columns, powers, unmapped glyphs."""

from dataclasses import dataclass

WIDTH, HEIGHT = 595, 842
_HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
_BOLD = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>"
_SYMBOL = "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>"
# A font of drawn glyphs whose names say nothing: a scanner's, or one of a careless program.
_NAMES = "".join(f"/g{number}" for number in range(26))
_DRAWN = (
    "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]"
    f"/FirstChar 65/LastChar 90/Widths[{'600 ' * 26}]/Encoding<</Type/Encoding/Differences[65 {_NAMES}]>>"
    f"/CharProcs<<{''.join(f'/g{n} 4 0 R' for n in range(26))}>>/Resources<<>>>>"
)


@dataclass(frozen=True)
class At:
    """A text at its place: `font` is H (Helvetica), B (bold), S (Symbol) or U (unmapped)."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "H"
    turned: bool = False


def make_pdf(*pages: list[At]) -> bytes:
    """Return a PDF of these pages."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    stroke = b"600 0 0 0 500 700 d1 0 0 500 700 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        f"<</Font<</H {_HELVETICA}/B {_BOLD}/S {_SYMBOL}/U {_DRAWN}>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stroke), stroke),
    ]
    for number, page in enumerate(pages):
        content = b"\n".join(_set(each) for each in page)
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources 3 0 R"
            f"/Contents {6 + 2 * number} 0 R>>".encode(),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(body))
    )


def set_lines(*texts: str, x: float = 60, y: float = 700, size: float = 10, leading: float = 12) -> list[At]:
    """Set lines below each other."""
    return [At(x, y - leading * number, text, size) for number, text in enumerate(texts)]


def _set(each: At) -> bytes:
    turn = "0 1 -1 0" if each.turned else "1 0 0 1"
    text = each.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /{each.font} {each.size} Tf {turn} {each.x} {each.y} Tm (".encode() + text + b") Tj ET"
