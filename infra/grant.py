"""`python -m infra.grant NAME --role admin --project P`: give a role; `--approve`: admit a teacher."""

import argparse
import asyncio
import getpass
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from functions.auth.sessions.store import end_sessions, find_sessions, session_ref
from functions.auth.users.models import User
from functions.auth.users.store import find_user, find_user_by_name, user_ref
from shared.audit import Detail
from shared.identity import Role
from shared.logs import configure_logging
from shared.services import Services
from shared.settings import Settings
from shared.store import Transaction
from shared.store.firestore import FirestoreBackend

_audit = logging.getLogger("aksio.audit")


class NotGranted(Exception):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True)
class Rights:
    """The role of a user and the status of the account."""

    role: Role
    status: str

    @classmethod
    def of(cls, user: User) -> "Rights":
        return cls(user.role, user.status)


async def grant(services: Services, *, name: str, role: Role | None = None) -> Rights:
    """Give the user with this name or e-mail address a role, or without one approve a waiting teacher.

    Another role ends all sessions, so that it takes effect with a new sign-in; an approval takes effect in
    open sessions. Raises NotGranted.
    """
    user = await find_user_by_name(services.store, name)
    if user is None:
        raise NotGranted(f"no user has the name or e-mail address {name}")

    operator = getpass.getuser()  # may fail, so before the change

    async def work(tx: Transaction) -> tuple[Rights, Rights]:
        current = await find_user(tx, user.id)
        if current is None:
            raise NotGranted(f"the account of {name} is being erased")
        after = _granted_rights(current, role)
        await services.audit.record(
            tx,
            "role_change",
            subject=current.id,
            details=_describe_change(Rights.of(current), after, operator),
        )
        tx.merge(user_ref(current.id), {**vars(after), "updated_at": services.clock.now()})
        if after.role != current.role:
            await end_sessions(tx, current.id)
        else:
            await _approve_sessions(tx, current.id)
        return Rights.of(current), after

    before, after = await services.store.transact(work)
    _log_change(user, before, after, operator)
    return after


def _granted_rights(user: User, role: Role | None) -> Rights:
    """Return the rights after the change. Raises NotGranted for no change and for a suspended user."""
    if user.status == "suspended":
        raise NotGranted(f"{user.username} is suspended")
    if role is None and user.status != "pending":
        raise NotGranted(f"{user.username} is not waiting for approval")
    after = Rights(role or user.role, "active")
    if after == Rights.of(user):
        raise NotGranted(f"{user.username} has the role {user.role} already")
    return after


async def _approve_sessions(tx: Transaction, user_id: str) -> None:
    for session in await find_sessions(tx, user_id):
        tx.merge(session_ref(user_id, session.id), {"status": "active"})


def _describe_change(before: Rights, after: Rights, operator: str) -> dict[str, Detail]:
    return {
        "role_before": before.role,
        "role": after.role,
        "status_before": before.status,
        "status": after.status,
        "operator": operator,
    }


def _log_change(user: User, before: Rights, after: Rights, operator: str) -> None:
    fields = {
        "action": "grant",
        "user": user.id,
        "before": vars(before),
        "after": vars(after),
        "operator": operator,
    }
    _audit.info("%s is %s, %s", user.id, after.role, after.status, extra={"fields": fields})


async def grant_local(settings: Settings, *, name: str, role: Role | None) -> Rights:
    """Call `grant` on the DATA_DIR of the local stack, running or not."""
    services = Services(settings)
    try:
        return await grant(services, name=name, role=role)
    finally:
        await services.database.aclose()


async def grant_deployed(*, project: str, database: str, name: str, role: Role | None) -> Rights:
    """Call `grant` on a deployment's Firestore with the application default credentials."""
    settings = Settings()
    if not settings.audit_keys.get_secret_value():
        raise NotGranted("set AUDIT_KEYS to the deployment's keys: the change is an entry of its audit log")
    services = Services(settings, _backend=FirestoreBackend(project=project, database=database))
    try:
        return await grant(services, name=name, role=role)
    finally:
        await services.store.aclose()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.grant", description="Give a user a role.")
    parser.add_argument("name", help="the user's name or e-mail address")
    change = parser.add_mutually_exclusive_group(required=True)
    change.add_argument("--role", choices=get_args(Role), help="the new role; ends the user's sessions")
    change.add_argument("--approve", action="store_true", help="approve a waiting teacher")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--local", action="store_true", help="the local stack on DATA_DIR")
    target.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--database", default="(default)", help="its Firestore database")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Change the rights of one user; the exit status is 1 if nothing was changed."""
    arguments = _arguments(argv)
    configure_logging("INFO")
    change = {"name": arguments.name, "role": arguments.role}
    try:
        if arguments.local:
            after = asyncio.run(grant_local(Settings(), **change))
        else:
            after = asyncio.run(
                grant_deployed(project=arguments.project, database=arguments.database, **change)
            )
    except NotGranted as refused:
        print(f"[aksio] nothing was changed: {refused}", file=sys.stderr)
        return 1
    print(f"[aksio] {arguments.name} is {after.role}, {after.status}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
