"""Which of Firebase's users is which of ours."""

import hashlib

from functions.auth.users.models import Claim
from shared.store import Collection, Query, Ref

FIREBASE_USERS = Collection("firebase_users", Claim)


def link_ref(uid: str) -> Ref[Claim]:
    """The document id tells nothing of Firebase's."""
    return FIREBASE_USERS.doc(hashlib.sha256(uid.encode()).hexdigest())


def query_links(user_id: str) -> Query[Claim]:
    return FIREBASE_USERS.query().where("user", "==", user_id).limit(100)
