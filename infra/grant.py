"""`python -m infra.grant NAME --role admin --project P` gives a role; `--approve` lets a teacher begin."""

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
from shared.identity import Role
from shared.logs import configure
from shared.services import Services
from shared.settings import Settings
from shared.store import Transaction
from shared.store.firestore import FirestoreBackend

_audit = logging.getLogger("aksio.audit")


class NotGranted(Exception):
    """Why nothing was changed."""


@dataclass(frozen=True)
class Standing:
    role: Role
    status: str

    @classmethod
    def of(cls, user: User) -> "Standing":
        return cls(user.role, user.status)


async def grant(services: Services, *, name: str, role: Role | None = None) -> Standing:
    """Give the user of this name or e-mail address a role, or approve a teacher who is waiting for it.

    Another role ends every session: rights begin with a new sign-in. An approval counts in those that are
    open. Raises NotGranted.
    """
    user = await find_user_by_name(services.store, name)
    if user is None:
        raise NotGranted(f"nobody is called {name}")

    async def work(tx: Transaction) -> tuple[Standing, Standing]:
        known = await find_user(tx, user.id)
        if known is None:
            raise NotGranted(f"the account of {name} is being erased")
        after = _after(known, role)
        tx.merge(user_ref(known.id), {**vars(after), "updated_at": services.clock.now()})
        if after.role != known.role:
            await end_sessions(tx, known.id)
        else:
            await _approve_sessions(tx, known.id)
        return Standing.of(known), after

    operator = getpass.getuser()  # asked first: nothing is granted by nobody
    before, after = await services.store.transact(work)
    _note(user, before, after, operator)
    return after


def _after(user: User, role: Role | None) -> Standing:
    """Raises NotGranted where that is no change, or no approval."""
    if user.status == "suspended":
        raise NotGranted(f"{user.username} is suspended")
    if role is None and user.status != "pending":
        raise NotGranted(f"{user.username} is not waiting for approval")
    after = Standing(role or user.role, "active")
    if after == Standing.of(user):
        raise NotGranted(f"{user.username} is {user.role} already")
    return after


async def _approve_sessions(tx: Transaction, user_id: str) -> None:
    for session in await find_sessions(tx, user_id):
        tx.merge(session_ref(user_id, session.id), {"status": "active"})


def _note(user: User, before: Standing, after: Standing, operator: str) -> None:
    fields = {
        "action": "grant",
        "user": user.id,
        "before": vars(before),
        "after": vars(after),
        "operator": operator,
    }
    _audit.info("%s is %s, %s", user.id, after.role, after.status, extra={"fields": fields})


async def grant_local(settings: Settings, *, name: str, role: Role | None) -> Standing:
    """`grant` on the local stack's DATA_DIR, whether it runs or not."""
    services = Services(settings)
    try:
        return await grant(services, name=name, role=role)
    finally:
        await services.database.aclose()


async def grant_deployed(*, project: str, database: str, name: str, role: Role | None) -> Standing:
    """`grant` on a deployment's Firestore, as the application default credentials."""
    services = Services(Settings(), _backend=FirestoreBackend(project=project, database=database))
    try:
        return await grant(services, name=name, role=role)
    finally:
        await services.store.aclose()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.grant", description="Give a user a role.")
    parser.add_argument("name", help="the user's name or e-mail address")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--role", choices=get_args(Role), help="another role, for good; ends the user's sessions"
    )
    what.add_argument("--approve", action="store_true", help="let a teacher begin who waits for it")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--local", action="store_true", help="the local stack on DATA_DIR")
    where.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--database", default="(default)", help="its Firestore database")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    given = _arguments(argv)
    configure("INFO")
    what = {"name": given.name, "role": given.role}
    try:
        if given.local:
            after = asyncio.run(grant_local(Settings(), **what))
        else:
            after = asyncio.run(grant_deployed(project=given.project, database=given.database, **what))
    except NotGranted as refused:
        print(f"[aksio] nothing is changed: {refused}", file=sys.stderr)
        return 1
    print(f"[aksio] {given.name} is {after.role}, {after.status}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
