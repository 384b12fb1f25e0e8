"""Faults of signing in, the lock against guessing, and sessions."""

from tests.mutants.mutation import Mutation

_FOLDER = "functions/auth/sessions"
_GUARD, _SERVICE, _RULES = f"{_FOLDER}/guard.py", f"{_FOLDER}/service.py", f"{_FOLDER}/rules.py"
_TOKENS = f"{_FOLDER}/tokens.py"

_T = "tests/functions/auth/sessions"
_LOCK = [f"{_T}/test_rules.py", f"{_T}/test_login.py", f"{_T}/test_guessing.py"]
_LOGIN = [f"{_T}/test_login.py"]
_REFRESH = [f"{_T}/test_refresh.py", f"{_T}/test_sessions.py"]
_SESSIONS = [f"{_T}/test_sessions.py", f"{_T}/test_login.py"]

MUTATIONS = [
    Mutation(
        _GUARD,
        "        refuse_locked(failures, now)\n",
        "",
        "attempts go on while the account is locked",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        '"expires_at": now + 2 * FAILURE_WINDOW}',
        '"expires_at": now}',
        "failures expire at once, so that the hourly deletion ends each lock",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        "add_failure(failures.failed_at, now), failures.begun + 1",
        "add_failure((), now), failures.begun + 1",
        "each failure forgets the ones before",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        "        if remaining:\n",
        "        if False:\n",
        "a right password forgets the guesses that are being checked",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        "unanswered=attempt.unanswered + later",
        "unanswered=later",
        "a right password forgets the guesses that began before it and have no answer",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        '            tx.merge(attempt.ref, {"answered": Increment(1)})\n',
        "            pass\n",
        "one's own slips count as others' guesses",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        "attempts.count >= settings.rate_limit_anonymous_per_minute",
        "attempts.count > settings.rate_limit_anonymous_per_minute",
        "an address has one attempt too many",
        _LOCK,
    ),
    Mutation(
        _GUARD,
        'f"address\\n{network}\\n{minute}"',
        'f"address\\n{minute}"',
        "all addresses share one count of attempts",
        _LOCK,
    ),
    Mutation(
        _RULES,
        " or failed_at[-1] - failed_at[0] >= FAILURE_WINDOW",
        "",
        "ten failures lock however long ago the first was",
        _LOCK,
    ),
    Mutation(
        _RULES,
        "len(failed_at) < MAX_FAILURES",
        "len(failed_at) < MAX_FAILURES - 1",
        "nine failures lock an account",
        _LOCK,
    ),
    Mutation(
        _RULES,
        "failed_at[-1] + LOCK_PERIOD",
        "failed_at[0] + LOCK_PERIOD",
        "the lock ends too early: a quarter of an hour after the first failure",
        _LOCK,
    ),
    Mutation(
        _RULES,
        "by_use[: max(0, len(by_use) - MAX_SESSIONS + 1)]",
        "by_use[: max(0, len(by_use) - MAX_SESSIONS)]",
        "a user has 51 sessions",
        _SESSIONS,
    ),
    Mutation(
        _RULES,
        "key=lambda session: session.last_used_at)",
        "key=lambda session: session.created_at)",
        "the oldest session ends instead of the one unused for longest",
        _SESSIONS,
    ),
    Mutation(
        _RULES,
        '        and session.scope == "full"\n',
        "",
        "a session that may only watch an erasure is refreshed to a full one",
        _REFRESH,
    ),
    Mutation(
        _SERVICE,
        "current is None or current.password_version != user.password_version",
        "current is None",
        "the old password opens a session while it is being changed",
        ["tests/functions/auth/passwords/test_reset.py"],
    ),
    Mutation(
        _SERVICE,
        '    if user.status == "suspended":\n',
        "    if False:\n",
        "a suspended user signs in",
        _LOGIN,
    ),
    Mutation(
        _SERVICE,
        "        if result.new_hash:\n",
        "        if not result.new_hash:\n",
        "a hash of weaker parameters is kept",
        _LOGIN,
    ),
    Mutation(
        _SERVICE,
        '        "last_used_at": now,\n',
        "",
        "a refresh is not a use: the session that is used most ends first",
        _REFRESH,
    ),
    Mutation(
        _SERVICE,
        '        "rotated_at": now,\n',
        "",
        "after a lost answer the token is taken for a stolen one",
        _REFRESH,
    ),
    Mutation(
        _SERVICE,
        '    if verdict == "reused":\n        tx.delete(ref)\n',
        '    if verdict == "reused":\n',
        "a thief's session goes on after the theft is noticed",
        _REFRESH,
    ),
    Mutation(
        _SERVICE,
        "token and (claims is None or claims.user_id != caller.user_id)",
        "token and claims is None",
        "signing out with another user's token says that it worked",
        _SESSIONS,
    ),
    Mutation(
        _SERVICE,
        "        if await tx.get(ref) is None:\n            raise SessionNotFound\n",
        "",
        "ending a session that there is not says that it worked",
        _SESSIONS,
    ),
    Mutation(
        _SERVICE,
        " if session.expires_at > now\n",
        "\n",
        "sessions that have expired are listed",
        _SESSIONS,
    ),
    Mutation(
        _TOKENS,
        'status="pending" if user.status == "pending" else "active"',
        'status="active"',
        "a teacher whom nobody approved has a teacher's rights",
        [*_LOGIN, "tests/functions/auth/accounts"],
    ),
    Mutation(
        _TOKENS,
        "if character.isprintable()",
        "",
        "control characters of a user agent are shown in the list",
        _SESSIONS,
    ),
]
