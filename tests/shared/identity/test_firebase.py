"""ID tokens through firebase-admin: only what Google signed, for us and for now, says who somebody is."""

import base64
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ServiceUnavailable, Unauthenticated
from shared.identity.firebase import FirebaseIdentity, VerifiedIdentity
from tests.shared.identity.firebase_tokens import PROJECT, Google, good_claims, new_key, unsigned

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def real() -> Google:
    return Google()


@pytest.fixture
def google(real: Google) -> Google:
    return Google(key=real.key)


@pytest.fixture
async def identity(google: Google) -> AsyncIterator[FirebaseIdentity]:
    built = google.trusted_by(FirebaseIdentity(PROJECT))
    yield built
    await built.aclose()


async def test_a_token_says_who_it_is(google: Google, identity: FirebaseIdentity) -> None:
    assert await identity.verify(google.token()) == VerifiedIdentity(
        uid="uid-1", email="ada@example.com", email_verified=True, name="Ada Lovelace"
    )


async def test_who_has_no_address_and_no_name_is_somebody_too(
    google: Google, identity: FirebaseIdentity
) -> None:
    for nothing in (None, "", 7):
        token = google.token(email=nothing, name=None if nothing == "" else nothing, email_verified=None)
        assert await identity.verify(token) == VerifiedIdentity(uid="uid-1")


@pytest.mark.parametrize("claim", [False, "true", 1, None])
async def test_only_true_is_a_verified_address(
    google: Google, identity: FirebaseIdentity, claim: Any
) -> None:
    assert not (await identity.verify(google.token(email_verified=claim))).email_verified


async def test_clocks_may_differ_by_seconds(google: Google, identity: FirebaseIdentity) -> None:
    assert (await identity.verify(google.token(iat=int(time.time()) + 2))).uid == "uid-1"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-project"},
        {"aud": [PROJECT]},
        {"aud": None},
        {"iss": "https://securetoken.google.com/another-project"},
        {"iss": "https://accounts.google.com"},
        {"iss": None},
        {"exp": lambda: int(time.time()) - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": lambda: int(time.time()) + 600},
        {"iat": None},
        {"iat": "yesterday"},
        {"sub": None},
        {"sub": ""},
        {"sub": "u" * 129},
        {"kid": None},
        {"kid": "key-2"},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(
    google: Google, identity: FirebaseIdentity, claims: dict[str, Any]
) -> None:
    now = {name: value() if callable(value) else value for name, value in claims.items()}
    with pytest.raises(Unauthenticated):
        await identity.verify(google.token(**now))


async def test_a_subject_must_be_text(identity: FirebaseIdentity) -> None:
    for subject in (7, ["uid-1"], {"uid": 1}):
        with pytest.raises(Unauthenticated):
            await identity.verify(
                unsigned({"alg": "RS256", "kid": "key-1"}, good_claims() | {"sub": subject})
            )


async def test_a_forged_signature_is_refused(google: Google, identity: FirebaseIdentity) -> None:
    for token in (google.token(key=new_key()), google.token()[:-8] + "AAAAAAAA"):
        with pytest.raises(Unauthenticated):
            await identity.verify(token)


async def test_claims_of_one_token_with_the_signature_of_another_are_refused(
    google: Google, identity: FirebaseIdentity
) -> None:
    header, _, signature = google.token().split(".")
    _, other, _ = google.token(sub="uid-2").split(".")
    with pytest.raises(Unauthenticated):
        await identity.verify(f"{header}.{other}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS512", "ES256", None, ["RS256"], {}])
async def test_no_other_algorithm_is_taken(identity: FirebaseIdentity, algorithm: Any) -> None:
    for token in (
        unsigned({"alg": algorithm, "kid": "key-1"}, good_claims()),
        unsigned({"alg": algorithm, "kid": "key-1"}, good_claims()).rpartition(".")[0] + ".",
    ):
        with pytest.raises(Unauthenticated):
            await identity.verify(token)


async def test_the_public_certificate_is_no_shared_secret(google: Google, identity: FirebaseIdentity) -> None:
    signed, _, _ = unsigned({"alg": "HS256", "kid": "key-1"}, good_claims()).rpartition(".")
    signature = hmac.digest(google.certificate(), signed.encode(), "sha256")
    with pytest.raises(Unauthenticated):
        await identity.verify(f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}")


@pytest.mark.parametrize(
    "token",
    ["", "x", "..", "a.b.c", "a.b.c.d", "é.é.é", "\x00", "." * 100, unsigned("[" * 3000, "{}"),
     unsigned({"alg": "RS256", "kid": "key-1"}, "[" * 3000), unsigned([], []), unsigned({"kid": []}, {})],
)  # fmt: skip
async def test_what_is_no_token_is_refused(identity: FirebaseIdentity, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await identity.verify(token)


@pytest.mark.slow
@settings(max_examples=200)
@given(header=Json, payload=Json, claims=st.dictionaries(st.sampled_from(sorted(good_claims())), Json))
async def test_nothing_unsigned_is_ever_taken(
    identity: FirebaseIdentity, header: Any, payload: Any, claims: dict[str, Any]
) -> None:
    for token in (
        unsigned(header, payload),
        unsigned({"alg": "RS256", "kid": "key-1"}, good_claims() | claims),
        str(payload),
    ):
        with pytest.raises(Unauthenticated):
            await identity.verify(token)


async def test_while_certificates_cannot_be_had_nobody_is_refused(
    google: Google, identity: FirebaseIdentity
) -> None:
    google.status = 500
    with pytest.raises(ServiceUnavailable):
        await identity.verify(google.token())
    google.broken = True
    with pytest.raises(ServiceUnavailable):
        await identity.verify(google.token())
    google.status, google.broken = 200, False
    assert (await identity.verify(google.token())).uid == "uid-1"


async def test_certificates_that_do_not_come_in_time_are_not_waited_for(google: Google) -> None:
    impatient = google.trusted_by(FirebaseIdentity(PROJECT, timeout=0.1))
    google.served.clear()
    with pytest.raises(ServiceUnavailable):
        await impatient.verify(google.token())
    google.served.set()
    await impatient.aclose()
