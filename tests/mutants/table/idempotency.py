"""Faults of requests with an Idempotency-Key."""

from tests.mutants.mutation import Mutation

_FILE, _ROUTER = "shared/web/idempotency.py", "shared/web/router.py"
_TESTS = ["tests/shared/web/test_idempotency.py"]

MUTATIONS = [
    Mutation(
        _FILE,
        'f"{secret}\\n{key}"',
        'f"{secret}"',
        "whoever has the server's secret reads every stored answer",
        _TESTS,
    ),
    Mutation(
        _FILE,
        'f"{secret}\\n{key}"',
        'f"{key}"',
        "whoever guesses a short key reads its stored answer",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "{request.url.path}?{request.url.query}\\n",
        "{request.url.path}\\n",
        "a key answers a request of another query",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "{request.method} {request.url.path}?",
        "{request.method} ?",
        "a key answers a request of another path",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "if len(body) > _MAX_ANSWER_BYTES",
        "if len(body) > 2 * _MAX_ANSWER_BYTES",
        "an answer is stored that is larger than a document may be",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "    if existing.body is None:\n        raise AnswerTooLarge\n",
        "    if existing.body is None:\n        return Response(status_code=existing.status)\n",
        "a repeated request whose answer was too large gets an empty one",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "existing.fingerprint != fingerprint",
        "False",
        "a key answers another body",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "    return _USERS.doc(name, user=principal.user_id)\n",
        "    return _ANONYMOUS.doc(name)\n",
        "two users who choose one key get each other's answers",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "existing is not None and existing.expires_at <= now",
        "False",
        "a key is used up for ever",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "existing.lease_until <= services.clock.now()",
        "False",
        "a request that crashed blocks its key for a day",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "part = [name, content, value.filename",
        "part = [name, value.filename",
        "a key answers a form with another file",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "    file.seek(0)\n",
        "",
        "a form with a key arrives without its file's content",
        _TESTS,
    ),
    Mutation(
        _FILE,
        '        headers["Content-Type"] = existing.content_type\n',
        "        pass\n",
        "a repeated answer has no content type",
        _TESTS,
    ),
    Mutation(
        _ROUTER,
        'hasattr(response, "body") and response.status_code < 400',
        'hasattr(response, "body")',
        "an error answers every later attempt with its key",
        _TESTS,
    ),
    Mutation(
        _ROUTER,
        "        await claimed.release()\n        raise\n",
        "        raise\n",
        "a refused request holds its key",
        _TESTS,
    ),
    Mutation(
        _ROUTER,
        "        await claimed.release()  # a stream is not stored\n",
        "        pass\n",
        "a stream holds its key",
        _TESTS,
    ),
]
