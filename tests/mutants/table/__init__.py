"""The faults, by the part of the product that they are put into."""

from tests.mutants.table import access, grading, idempotency, passwords, scheduling, sessions, usage

MUTATIONS = [
    *sessions.MUTATIONS,
    *passwords.MUTATIONS,
    *access.MUTATIONS,
    *idempotency.MUTATIONS,
    *usage.MUTATIONS,
    *scheduling.MUTATIONS,
    *grading.MUTATIONS,
]
