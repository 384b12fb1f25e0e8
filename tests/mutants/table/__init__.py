"""The faults, by the part of the product that they are put into."""

from tests.mutants.table import access, idempotency, passwords, sessions, usage

MUTATIONS = [
    *sessions.MUTATIONS,
    *passwords.MUTATIONS,
    *access.MUTATIONS,
    *idempotency.MUTATIONS,
    *usage.MUTATIONS,
]
