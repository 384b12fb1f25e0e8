"""Use cases of erasure. Every step may be repeated."""

from functions.auth.devices.store import DEVICE_TOKENS, query_tokens
from functions.auth.erasure.tasks import EraseAccount
from functions.auth.firebase.service import reauthenticate_by_token
from functions.auth.firebase.store import FIREBASE_USERS, query_links
from functions.auth.passwords.service import reauthenticate_by_password
from functions.auth.passwords.store import PASSWORD_RESETS, query_resets
from functions.auth.sessions.store import end_sessions, list_failures_refs, session_ref
from functions.auth.users.models import User
from functions.auth.users.store import find_user, list_claim_refs, user_ref
from shared.errors import Unauthenticated
from shared.identity import Principal
from shared.jobs import JOBS, Job, create_job, record_progress
from shared.objects.names import list_user_prefixes
from shared.published.courses import DOCUMENT_SUMMARIES, DocumentSummary
from shared.services import Services
from shared.store import Cursor, Transaction
from shared.store.query import NAME

KIND = "erasure"
_PAGE = 100


async def start_erasure(
    services: Services, *, caller: Principal, password: str | None, id_token: str | None = None
) -> Job:
    """Lock the account and queue its erasure; the session that asked may only watch it.

    Raises WrongPassword, AccountLocked, WrongIdentity, ServiceUnavailable.
    """
    user = await _reauthenticate(services, caller, password, id_token)
    now = services.clock.now()
    job = create_job(services.ids.new(), kind=KIND, request={}, now=now)

    async def work(tx: Transaction) -> None:
        current = await find_user(tx, user.id)
        if current is None or current.password_version != user.password_version:
            raise Unauthenticated
        tx.merge(user_ref(user.id), {"status": "erasing", "erasure_job": job.id, "updated_at": now})
        await end_sessions(tx, user.id, but=caller.session_id)
        tx.merge(session_ref(user.id, caller.session_id), {"scope": "erasure"})
        tx.create(JOBS.doc(job.id, user=user.id), job)
        tx.enqueue(EraseAccount(user=user.id))
        await services.audit.record(tx, "erase", actor=user.id)

    await services.store.transact(work)
    return job


async def _reauthenticate(
    services: Services, caller: Principal, password: str | None, id_token: str | None
) -> User:
    if password is None and id_token is not None:
        return await reauthenticate_by_token(services, caller=caller, token=id_token)
    return await reauthenticate_by_password(
        services, caller=caller, password=password or "", field="password", action="erase"
    )


async def erase_account(services: Services, *, user_id: str) -> None:
    """Erase the account of a user who asked for it.

    The user's document goes last: a repeated attempt needs the names in it. The key
    without which the audit log names nobody goes with it.
    """
    user = await services.store.get(user_ref(user_id))
    if user is not None:
        if user.status != "erasing":
            return
        await _erase_documents(services, user_id)
        await _record_progress(services, user, 50)
        await _erase_names(services, user)
    for prefix in list_user_prefixes(user_id):
        await services.objects.delete_prefix(prefix)
    while await services.store.erase(f"users/{user_id}"):
        pass  # a request in progress may have written meanwhile


async def _erase_documents(services: Services, user_id: str) -> None:
    """Erase every document from the retrieval service. Raises ServiceUnavailable."""
    query = DOCUMENT_SUMMARIES.query(user=user_id).order_by(NAME).limit(_PAGE)
    after: Cursor | None = None

    async def read_page(tx: Transaction) -> list[DocumentSummary]:
        return await tx.find(query.after(after))  # a transaction leaves out none that it cannot read

    while page := await services.store.transact(read_page):
        for document in page:
            await services.retrieval.delete(document.id)
        after = Cursor((), page[-1].id)


async def _record_progress(services: Services, user: User, percentage: int) -> None:
    if user.erasure_job is None:
        return
    ref = JOBS.doc(user.erasure_job, user=user.id)

    async def work(tx: Transaction) -> None:
        job = await tx.get(ref)
        if job is not None:
            tx.put(ref, record_progress(job, percentage, now=services.clock.now()))

    await services.store.transact(work)


async def _erase_names(services: Services, user: User) -> None:
    """Erase all names, Firebase's among them, and failed attempts, mailed links and device tokens."""

    async def work(tx: Transaction) -> None:
        for ref in list_claim_refs(user):
            claim = await tx.get(ref)
            if claim is not None and claim.user == user.id:  # somebody else may have it by now
                tx.delete(ref)
        for failures in list_failures_refs(user):
            tx.delete(failures)
        for reset in await tx.find(query_resets(user.id)):
            tx.delete(PASSWORD_RESETS.doc(reset.id))
        for link in await tx.find(query_links(user.id)):
            tx.delete(FIREBASE_USERS.doc(link.id))
        for token in await tx.find(query_tokens(user.id)):
            tx.delete(DEVICE_TOKENS.doc(token.id))
        await services.audit.record(tx, "erase", subject=user.id, details={"completed": True})

    await services.store.transact(work)
