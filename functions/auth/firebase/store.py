"""Collection of links from Firebase's users to ours."""

import hashlib

from functions.auth.users.models import Claim
from shared.store import Collection, Query, Ref

FIREBASE_USERS = Collection("firebase_users", Claim)


def link_ref(uid: str) -> Ref[Claim]:
    """Return the link of a Firebase user. Its id is a hash, from which Firebase's cannot be recovered."""
    return FIREBASE_USERS.doc(hashlib.sha256(uid.encode()).hexdigest())


def query_links(user_id: str) -> Query[Claim]:
    """Select the links to a user."""
    return FIREBASE_USERS.query().where("user", "==", user_id).limit(100)
