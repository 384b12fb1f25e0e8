import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from infra.local.retrieval import tex
from infra.local.retrieval.mathml import convert_mathml


def convert(inside: str, attributes: str = "") -> str:
    math = BeautifulSoup(f"<math{attributes}>{inside}</math>", "lxml").find("math")
    assert isinstance(math, Tag)
    return convert_mathml(math)


def mi(*letters: str) -> str:
    return "".join(f"<mi>{letter}</mi>" for letter in letters)


@pytest.mark.parametrize(
    ("inside", "formula"),
    [
        ("<mfrac><mn>1</mn><mi>T</mi></mfrac>", r"\frac{1}{T}"),
        ("<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>", r"{n \atop k}"),
        (f"<mi>A</mi><mi>cos</mi><mo>(</mo>{mi('ω', 't')}<mo>)</mo>", r"A\cos(\omega t)"),
        ("<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^{2}"),
        (f"<msubsup>{mi('v')}<mtext>max</mtext><mn>2</mn></msubsup>", r"v_{\max}^{2}"),
        (f"<msub>{mi('F')}<mtext>net</mtext></msub>", r"F_{\text{net}}"),
        ("<msqrt><mi>k</mi><mo>+</mo><mn>1</mn></msqrt>", r"\sqrt{k+1}"),
        (f"<mroot>{mi('x')}<mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        (f"<mover>{mi('F')}<mo>→</mo></mover>", r"\vec{F}"),
        (f"<mover>{mi('x')}<mo>¯</mo></mover>", r"\bar{x}"),
        (f"<mover><mrow>{mi('A', 'B')}</mrow><mo>→</mo></mover>", r"\overrightarrow{AB}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", r"\sum_{i}^{n}"),
        (f"<munder><mi>lim</mi><mrow>{mi('x')}<mo>→</mo><mn>0</mn></mrow></munder>", r"\lim_{x\to0}"),
        (
            "<mn>2.50</mn><mo>×</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn></mrow></msup>",
            r"2.50\times10^{-3}",
        ),
        ("<mtext>5 μm</mtext>", r"5\,\mu\text{m}"),
        ("<mn>20</mn><mtext>°C</mtext>", r"20^{\circ}\text{C}"),
        ("<mtext>100 % of {a}</mtext>", r"\text{100 \% of \{a\}}"),
        ("<mo>{</mo><mi>x</mi><mo>}</mo>", r"\{x\}"),
        ("<mfenced open='[' close=']'><mi>a</mi><mi>b</mi></mfenced>", "[a,b]"),
        (
            "<mfenced open='{' close=''><mfrac><mi>a</mi><mi>b</mi></mfrac></mfenced>",
            r"\left\{\frac{a}{b}\right.",
        ),
        (
            "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd/></mtr></mtable>",
            r"\begin{matrix} a & b \end{matrix}",
        ),
        (
            "<mmultiscripts><mi>C</mi><none/><none/><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
            "{}_{6}^{14}C",
        ),
        (
            "<semantics><mi>x</mi><annotation encoding='application/x-tex'>\\own{x}</annotation></semantics>",
            r"\own{x}",
        ),
        ("<mi>x</mi><mphantom><mi>y</mi></mphantom><mo>&#x2062;</mo>", "x"),
        ("<mi>𝑥</mi><mo>∈</mo><mi>ℝ</mi>", r"x\in\mathbb{R}"),
        ("<msup><mi>f</mi><mo>′</mo></msup>", "f'"),
    ],
)
def test_mathml_becomes_tex(inside: str, formula: str) -> None:
    assert convert(inside) == f"${formula}$"


def test_formula_that_stands_alone_has_two_signs_and_its_stop_behind() -> None:
    assert convert("<mi>x</mi><mo>=</mo><mn>1</mn><mo>.</mo>", " display='block'") == "$$x=1$$."
    assert convert("<mi>x</mi><mtext>m,</mtext>") == r"$x\text{m}$,"
    assert convert("<mrow></mrow>") == ""


def test_formula_nested_deeper_than_python_recurses_ends_well() -> None:
    assert "x" in convert("<mrow>" * 3_000 + "<mi>x</mi>")


_LEAF = st.sampled_from(
    ["<mi>x</mi>", "<mn>1</mn>", "<mo>=</mo>", "<mtext>a b</mtext>", "<mi/>", "text", "<mspace/>"]
)
_NAMES = [
    "mrow", "mfrac", "msup", "msub", "msubsup", "msqrt", "mroot", "mover", "munder", "munderover", "mtable",
    "mtr", "mtd", "mfenced", "mmultiscripts", "semantics", "menclose", "other",
]  # fmt: skip
_ANY = st.recursive(
    _LEAF,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(_NAMES),
        st.lists(inner, max_size=4),
    ),
)


@given(_ANY)
def test_any_mathml_gives_tex_with_balanced_braces(inside: str) -> None:
    formula = convert(inside)

    assert formula.count("{") == formula.count("}")
    assert formula.count("$") in (0, 2)
    assert not formula or tex.FORMULA.fullmatch(formula) or formula[1:2] in "$ " or "$" not in formula
