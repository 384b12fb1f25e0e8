"""Where verdicts are kept."""

from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.marking.models import Verdict
from shared.store import Collection, Ref, Store, Transaction
from shared.store.meter import note_items

VERDICTS = Collection("users/{user}/verdicts", Verdict)


def verdict_ref(user_id: str, attempt_id: str, question_id: str) -> Ref[Verdict]:
    return VERDICTS.doc(f"{attempt_id}.{question_id}", user=user_id)


def verdict_refs(user_id: str, attempt: Attempt) -> list[Ref[Verdict]]:
    """Of all verdicts there are on the attempt's answers."""
    return [
        verdict_ref(user_id, attempt.id, question)
        for question, mark in attempt.marks.items()
        if mark.graded_by in ("model", "hand")
    ]


async def verdict_on(tx: Transaction, user_id: str, attempt_id: str, question_id: str) -> Verdict:
    """Costs 1 read."""
    ref = verdict_ref(user_id, attempt_id, question_id)
    found = await tx.get(ref)
    return found or Verdict(id=ref.id, attempt=attempt_id, question=question_id)


async def verdicts_of(reads: Store | Transaction, *, user_id: str, attempt: Attempt) -> dict[str, Verdict]:
    """By question. Costs a read for each that the model or a hand graded, which is an item."""
    found = await reads.get_many(verdict_refs(user_id, attempt))
    note_items(len(found))
    return {verdict.question: verdict for verdict in found if verdict is not None}
