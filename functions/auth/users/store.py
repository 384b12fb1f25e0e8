"""Collections of users and their names, and the preferences published to other groups."""

from functions.auth.users.models import Claim, User
from functions.auth.users.names import hash_name
from shared.published.accounts import CURRENT, PREFERENCES, Preferences, PreferencesChanged
from shared.store import Collection, Ref, Store, Transaction

USERS = Collection("users", User)
EMAILS = Collection("emails", Claim)
USERNAMES = Collection("usernames", Claim)

_NOBODY = "nobody"  # no user has this id


def user_ref(user_id: str) -> Ref[User]:
    """Return the document of a user."""
    return USERS.doc(user_id)


def list_claim_refs(user: User) -> list[Ref[Claim]]:
    """List the claims on the user's names. The e-mail address may be empty."""
    emails = [EMAILS.doc(hash_name(user.email))] if user.email else []
    return [*emails, USERNAMES.doc(hash_name(user.username))]


async def find_user_by_name(store: Store, name: str) -> User | None:
    """Find the user with this e-mail address or user name. Costs 3 reads, found or not."""
    claims = await store.get_many([EMAILS.doc(hash_name(name)), USERNAMES.doc(hash_name(name))])
    owner = next((claim.user for claim in claims if claim), _NOBODY)
    return await store.get(user_ref(owner))


async def find_user(reads: Store | Transaction, user_id: str) -> User | None:
    """Find a user who exists and is not being erased. Costs 1 read."""
    user = await reads.get(user_ref(user_id))
    return user if user is not None and user.status != "erasing" else None


def publish_preferences(tx: Transaction, user: User) -> None:
    """Publish the user's preferences to other groups. Costs 1 write and a message."""
    tx.put(PREFERENCES.doc(CURRENT, user=user.id), _build_preferences(user))
    tx.publish(PreferencesChanged(user=user.id))


def _build_preferences(user: User) -> Preferences:
    fields = user.model_dump(include=set(Preferences.model_fields) - {"id", "language"})
    return Preferences(id=CURRENT, language=user.language_preference, **fields)
