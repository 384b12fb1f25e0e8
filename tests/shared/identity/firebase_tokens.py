"""Google as Firebase's sign-in shows it: keys that sign ID tokens, and the certificates it publishes."""

import base64
import io
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from firebase_admin import auth  # type: ignore[import-untyped]
from requests.adapters import BaseAdapter

from shared.identity.firebase import FirebaseIdentity
from tests.deadlines import DEADLINE_SECONDS

PROJECT = "aksio-test"
KEY_ID = "key-1"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Google:
    """Signs tokens and publishes its certificate; `status`, `broken` and `served` say how well and when."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    status: int = 200
    broken: bool = False
    served: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.served.set()

    def token(self, *, key: Any = None, algorithm: str = "RS256", kid: Any = KEY_ID, **claims: Any) -> str:
        """A good token, but for what is given; a claim that is None is left out."""
        all_claims = good_claims() | claims
        return jwt.encode(
            {name: value for name, value in all_claims.items() if value is not None},
            self.key if key is None else key,
            algorithm=algorithm,
            headers={"kid": kid} if kid is not None else {},
        )

    def certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "securetoken.example")])
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        return built.public_bytes(serialization.Encoding.PEM)

    def trusted_by(self, identity: FirebaseIdentity) -> FirebaseIdentity:
        """The same, fetching the certificates from here: nothing else of firebase-admin is replaced."""
        session = auth._get_client(identity.app)._token_verifier.request.session
        session.mount("https://", _Certificates(self))
        return identity


class _Certificates(BaseAdapter):
    """Answers for www.googleapis.com."""

    def __init__(self, google: Google) -> None:
        super().__init__()
        self._google = google

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        assert self._google.served.wait(DEADLINE_SECONDS)
        if self._google.broken:
            raise requests.exceptions.ConnectionError("nobody there")
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = self._google.status, str(request.url), request
        answer.raw = io.BytesIO(json.dumps({KEY_ID: self._google.certificate().decode()}).encode())
        return answer

    def close(self) -> None:
        """Nothing is held open."""


def good_claims() -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "auth_time": now - 60,
        "iat": now - 60,
        "exp": now + 3540,
        "sub": "uid-1",
        "user_id": "uid-1",
        "email": "ada@example.com",
        "email_verified": True,
        "name": "Ada Lovelace",
        "firebase": {"sign_in_provider": "google.com"},
    }


def unsigned(header: Any, payload: Any) -> str:
    """A token whose parts are anything at all, as text or to be written as JSON."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    return ".".join(
        [*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), "c2ln"]
    )
