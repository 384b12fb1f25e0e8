"""A text to learn from, and a course with it as a document."""

from tests.stack import Stack, User

ASSESSMENTS = "/api/v1/assessments/"

TEXT = """# Photosynthesis

Photosynthesis is the process by which green plants turn light energy into chemical energy.

Chlorophyll is the green pigment that absorbs red and blue light in the thylakoid membrane.

The stroma is the fluid that surrounds the thylakoids inside the chloroplast.

# Respiration

Cellular respiration is the process by which cells release the energy that is stored in glucose.

Glycolysis is the breakdown of one molecule of glucose into two molecules of pyruvate.

The mitochondrion is the organelle in which most of the ATP of a eukaryotic cell is made.
"""


async def new_course(user: User) -> str:
    answer = await user.http.post("/api/v1/courses/", json={"name": "Biology"})
    assert answer.status_code == 201, answer.text
    course: str = answer.json()["id"]
    return course


async def processed_document(stack: Stack, user: User, course: str, text: str = TEXT) -> str:
    answer = await user.http.post(
        f"/api/v1/courses/{course}/documents/upload/", files={"file": ("notes.md", text.encode())}
    )
    assert answer.status_code == 201, answer.text
    await stack.drain()
    document: str = answer.json()["document"]["id"]
    return document
