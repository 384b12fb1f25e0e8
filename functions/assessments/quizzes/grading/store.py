"""Records of how answers were graded."""

from collections.abc import Mapping

from functions.assessments.quizzes.grading.models import Mark, MarkingRecord
from shared.store import Collection, Ref, Store, Transaction
from shared.store.meter import note_items

MARKING_RECORDS = Collection("users/{user}/verdicts", MarkingRecord)

Marks = Mapping[str, Mark]  # by question


def record_ref(user_id: str, attempt_id: str, question_id: str) -> Ref[MarkingRecord]:
    """Return the reference of the marking record of one answer."""
    return MARKING_RECORDS.doc(f"{attempt_id}.{question_id}", user=user_id)


def record_refs(user_id: str, attempt_id: str, marks: Marks) -> list[Ref[MarkingRecord]]:
    """Return the references of all records that exist for the attempt's answers."""
    return [
        record_ref(user_id, attempt_id, question)
        for question, mark in marks.items()
        if mark.graded_by in ("model", "hand")
    ]


async def get_record(tx: Transaction, user_id: str, attempt_id: str, question_id: str) -> MarkingRecord:
    """Return the record of the answer, a new one if there is none. Costs 1 read."""
    ref = record_ref(user_id, attempt_id, question_id)
    record = await tx.get(ref)
    return record or MarkingRecord(id=ref.id, attempt=attempt_id, question=question_id)


async def get_records(
    reads: Store | Transaction, *, user_id: str, attempt_id: str, marks: Marks
) -> dict[str, MarkingRecord]:
    """Return the records by question.

    Costs a read for each answer that the model or a person graded, which is an item.
    """
    records = await reads.get_many(record_refs(user_id, attempt_id, marks))
    note_items(len(records))
    return {record.question: record for record in records if record is not None}
