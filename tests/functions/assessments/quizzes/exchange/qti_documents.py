"""QTI documents, as other tools write them."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="An item"
  adaptive="false" timeDependent="false">{declared}
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
  <itemBody>{body}</itemBody>{rest}
</assessmentItem>"""

CAPITALS = """
  <p>Which is the capital<br/>
     of <b>Canada</b>?</p>
  <rubricBlock view="scorer"><p>Nobody sees this.</p></rubricBlock>
  <choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="{most}">
    <prompt>Choose.</prompt>
    <simpleChoice identifier="A">Ottawa
      <feedbackInline identifier="A" outcomeIdentifier="F">Yes</feedbackInline>
    </simpleChoice>
    <simpleChoice identifier="B"><p>Toronto &amp; more</p></simpleChoice>
    <simpleChoice identifier="C"><img src="x.png" alt="a picture"/></simpleChoice>
  </choiceInteraction>"""


def build_item(body: str, declared: str = "", rest: str = "") -> bytes:
    return _ITEM.format(body=body, declared=declared, rest=rest).encode()


def build_response(
    values: list[str], *, cardinality: str = "single", base: str = "identifier", inner: str = ""
) -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{correct}</correctResponse>{inner}</responseDeclaration>"
    )


def build_capitals(right: list[str], cardinality: str = "single") -> bytes:
    return build_item(CAPITALS.format(most=1), build_response(right, cardinality=cardinality))


def build_package(documents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in documents.items():
            archive.writestr(name, content)
    return file.getvalue()
