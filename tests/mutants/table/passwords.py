"""Faults of hashes, of the change and the reset of passwords, and of names."""

from tests.mutants.mutation import Mutation

_FOLDER = "functions/auth/passwords"
_SERVICE, _RULES = f"{_FOLDER}/service.py", f"{_FOLDER}/rules.py"
_HASHING, _STRENGTH = "functions/auth/users/hashing.py", "functions/auth/users/strength.py"
_REGISTER = "functions/auth/accounts/service.py"

_T = "tests/functions/auth"
_RESET, _CHANGE = [f"{_T}/passwords/test_reset.py"], [f"{_T}/passwords/test_change.py"]
_LOGIN = [f"{_T}/sessions/test_login.py"]
_ACCOUNTS = [f"{_T}/accounts/test_register.py"]

MUTATIONS = [
    Mutation(
        _RULES,
        "        and reset.password_version == user.password_version\n",
        "",
        "a mailed link works after the password was changed",
        _RESET,
    ),
    Mutation(
        _RULES,
        "        and reset.expires_at > now\n",
        "",
        "a mailed link works for ever",
        _RESET,
    ),
    Mutation(
        _SERVICE,
        '        tx.merge(reset_ref(token), {"used": True})\n        tx.delete(failures_ref(owner.id))\n',
        '        tx.merge(reset_ref(token), {"used": True})\n',
        "an account stays locked after its password was reset",
        _RESET,
    ),
    Mutation(
        _SERVICE,
        "        await end_sessions(tx, owner.id)\n",
        "",
        "a thief's session outlives the reset of the password",
        _RESET,
    ),
    Mutation(
        _SERVICE,
        ">= MAX_MAILS_PER_HOUR",
        "> MAX_MAILS_PER_HOUR",
        "any number of mails leaves, as the query ends at the limit",
        _RESET,
    ),
    Mutation(
        _SERVICE,
        '"password_version": user.password_version + 1',
        '"password_version": user.password_version',
        "links mailed before a change of the password go on working",
        _RESET,
    ),
    Mutation(
        _SERVICE,
        "        await end_sessions(tx, user.id)\n        tx.merge",
        "        tx.merge",
        "other sessions go on after a change of the password",
        _CHANGE,
    ),
    Mutation(
        _SERVICE,
        '"id": services.ids.new(), "generation": 1',
        '"generation": 1',
        "access tokens of before a change of the password go on working",
        _CHANGE,
    ),
    Mutation(
        _SERVICE,
        "    if not result.is_right:\n        raise WrongPassword(field)\n",
        "",
        "a password is changed without the old one",
        _CHANGE,
    ),
    Mutation(
        _HASHING,
        "stored or _build_dummy_hash(hasher)",
        "stored or hasher.hash('')",
        "an unknown user takes twice as long, so that names can be probed",
        _LOGIN,
    ),
    Mutation(
        _HASHING,
        "form == prepared and not hasher.check_needs_rehash(stored)",
        "form == prepared",
        "hashes keep their old parameters for ever",
        _LOGIN,
    ),
    Mutation(
        _STRENGTH,
        "    if _is_common(password, names):\n",
        "    if False:\n",
        "password123 is accepted",
        [*_CHANGE, *_ACCOUNTS],
    ),
    Mutation(
        _STRENGTH,
        "    if any(_is_alike(password, name) for name in names):\n",
        "    if False:\n",
        "one's own name is accepted as a password",
        [*_CHANGE, *_ACCOUNTS],
    ),
    Mutation(
        _REGISTER,
        "        for names in (EMAILS, USERNAMES) if name else ():\n",
        "        for names in ((EMAILS if field == 'email' else USERNAMES),) if name else ():\n",
        "somebody registers another's e-mail address as a user name and takes over the sign-in",
        _ACCOUNTS,
    ),
    Mutation(
        _REGISTER,
        'pending = body.role == "teacher" and services.settings.teachers_need_approval',
        "pending = False",
        "teachers need no approval",
        _ACCOUNTS,
    ),
]
