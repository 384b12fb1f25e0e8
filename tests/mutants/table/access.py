"""Faults of tokens, of roles, and of the limits of requests."""

from tests.mutants.mutation import Mutation

_TOKENS, _REFRESH = "shared/identity/tokens.py", "shared/identity/refresh.py"
_ACCESS, _LIMITS = "shared/web/access.py", "shared/web/limits.py"

_FRAME = ["tests/shared/web/test_frame.py"]
_WHOLE = "tests/whole/test_access.py"
_SUSPENDED = [f"{_WHOLE}::test_suspended_and_expired_sessions_are_refused_everywhere"]
_ERASING = [f"{_WHOLE}::test_a_session_of_an_account_being_erased_may_only_watch"]
_WAITING = [f"{_WHOLE}::test_a_route_for_admins_lets_in_admins_alone"]
_CHILDREN = ["tests/whole/test_rules.py::test_children_reach_their_own_routes_alone"]
_ROTATION = ["tests/shared/identity/test_refresh.py", "tests/functions/auth/sessions/test_refresh.py"]

MUTATIONS = [
    Mutation(
        _TOKENS,
        'is_expired = content["exp"] <= now.timestamp()',
        "is_expired = False",
        "access tokens never expire",
        [*_FRAME, "tests/functions/auth/sessions/test_refresh.py"],
    ),
    Mutation(
        _TOKENS,
        'content.get("typ") != kind or not',
        "not",
        "any token that we sign opens the API",
        [*_FRAME, "tests/shared/identity"],
    ),
    Mutation(
        _TOKENS,
        "not names_are_text or not isinstance",
        "not isinstance",
        "a token whose owner is no text is a 500",
        _FRAME,
    ),
    Mutation(
        _REFRESH,
        "now - rotated_at <= GRACE",
        "now - rotated_at <= 2 * GRACE",
        "a copied refresh token works for twenty seconds",
        _ROTATION,
    ),
    Mutation(
        _REFRESH,
        "presented == current - 1 and",
        "presented < current and",
        "every old refresh token works for a moment after a rotation",
        _ROTATION,
    ),
    Mutation(
        _ACCESS,
        'return session.role in self.roles and session.status != "pending"',
        "return session.role in self.roles",
        "an admin whom nobody approved has an admin's rights",
        [*_FRAME, *_WAITING],
    ),
    Mutation(
        _ACCESS,
        '        session.status != "suspended"\n        and',
        "       ",
        "a suspended user goes on",
        [*_FRAME, *_SUSPENDED],
    ),
    Mutation(
        _ACCESS,
        '        and (session.scope == "full" or access.while_erasing)\n',
        "",
        "an account that is being erased goes on writing",
        [*_FRAME, *_ERASING],
    ),
    Mutation(
        _ACCESS,
        'session.role != "child" or self.children or',
        "",
        "children use what is not for them",
        _CHILDREN,
    ),
    Mutation(
        _LIMITS,
        "_user_key(claims) if is_open else _session_key(claims)",
        "_user_key(claims)",
        "whoever holds the token of an ended session spends its user's requests",
        _FRAME,
    ),
    Mutation(
        _LIMITS,
        "self._counters.add(key) <= limit",
        "self._counters.add(key) < limit",
        "a caller has one request less than the headers say",
        _FRAME,
    ),
    Mutation(
        _LIMITS,
        "forwarded[-self._trusted]",
        "forwarded[0]",
        "a caller chooses the address that is counted",
        _FRAME,
    ),
]
