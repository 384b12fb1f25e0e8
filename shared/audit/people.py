"""Pseudonyms of users and the encryption of origins. Without the user's key both say nothing."""

import base64
import hmac
import json

from shared.audit.models import AuditPerson
from shared.audit.origin import Origin
from shared.clock import Ids


def create_person(ids: Ids, user_id: str) -> AuditPerson:
    """Create the pseudonym of a user with a key of its own."""
    key = ids.token()
    pseudonym = hmac.new(key.encode(), user_id.encode(), "sha256").hexdigest()[:32]
    return AuditPerson(id="current", user=user_id, pseudonym=pseudonym, key=key)


def encrypt_origin(person: AuditPerson, origin: Origin) -> str | None:
    """Encrypt where a request came from; None where nothing is known."""
    from cryptography.fernet import Fernet

    if not origin.address and not origin.user_agent:
        return None
    text = json.dumps([origin.address, origin.user_agent])
    return Fernet(_derive_key(person)).encrypt(text.encode()).decode("ascii")


def decrypt_origin(person: AuditPerson, encrypted: str) -> Origin:
    """Decrypt where a request came from; empty where the entry was changed."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        address, user_agent = json.loads(Fernet(_derive_key(person)).decrypt(encrypted.encode()))
    except InvalidToken:
        return Origin()
    return Origin(address, user_agent)


def _derive_key(person: AuditPerson) -> bytes:
    digest = hmac.new(person.key.encode(), b"origin", "sha256").digest()
    return base64.urlsafe_b64encode(digest)
