"""Create the demo account of the local stack."""

import httpx

EMAIL = "demo@aksio.example"
PASSWORD = "correct horse 7"  # noqa: S105 - published on purpose; local data only


async def ensure_account(base_url: str) -> None:
    """Create the account unless it exists. Raises httpx.HTTPError."""
    body = {"email": EMAIL, "password": PASSWORD, "first_name": "Demo"}
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=30) as http:
        answer = await http.post("/api/v1/accounts/register/", json=body)
    if answer.status_code != httpx.codes.CONFLICT:
        answer.raise_for_status()
