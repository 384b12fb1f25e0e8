"""Faults of the counts of what costs money."""

from tests.mutants.mutation import Mutation

_FILE = "shared/usage.py"
_TESTS = ["tests/shared/test_usage.py"]

MUTATIONS = [
    Mutation(
        _FILE,
        "added > 0 and held.storage_bytes + added",
        "held.storage_bytes + added",
        "whoever is over the quota cannot replace a file by a smaller one",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "held.storage_bytes + added > settings.quota_storage_bytes",
        "held.storage_bytes + added >= settings.quota_storage_bytes",
        "the last byte of the quota cannot be used",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "held.storage_bytes + added > settings",
        "held.storage_bytes > settings",
        "one upload may go beyond the quota by any size",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "held.documents >= settings.quota_documents",
        "held.documents > settings.quota_documents",
        "one document more than the plan has",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "hour.uploads >= settings.rate_limit_uploads_per_hour",
        "hour.uploads > settings.rate_limit_uploads_per_hour",
        "one upload an hour too many",
        _TESTS,
    ),
    Mutation(
        _FILE,
        '{"documents": Increment(1), "storage_bytes": Increment(size)}',
        '{"documents": Increment(1)}',
        "the bytes of uploads are not counted",
        _TESTS,
    ),
    Mutation(
        _FILE,
        '{"documents": Increment(-1), "storage_bytes": Increment(-size)}',
        '{"documents": Increment(-1)}',
        "a deleted document's bytes stay on the account",
        _TESTS,
    ),
    Mutation(
        _FILE,
        'tx.merge(usage.holdings, {"storage_bytes": Increment(difference)})\n\n\nasync def count_upload',
        'tx.merge(usage.holdings, {"documents": Increment(1), "storage_bytes": Increment(difference)})'
        "\n\n\nasync def count_upload",
        "a replaced file counts as one more document",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "    _check_upload_rate(usage, settings, hour)\n    _check_storage(settings, held or",
        "    _check_storage(settings, held or",
        "replacements are not limited",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "hour.generations >= settings.rate_limit_generations_per_hour",
        "hour.generations > settings.rate_limit_generations_per_hour",
        "one generation an hour too many",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "month.ai_tokens >= settings.quota_ai_tokens_per_month",
        "month.ai_tokens > settings.quota_ai_tokens_per_month",
        "a generation starts when the last token is used",
        _TESTS,
    ),
    Mutation(
        _FILE,
        '"ai_tokens": Increment(tokens)',
        '"ai_tokens": tokens',
        "each generation erases the tokens counted before",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "hour.webhook_sends >= settings.rate_limit_webhook_sends_per_hour",
        "hour.webhook_sends > settings.rate_limit_webhook_sends_per_hour",
        "one webhook delivery on demand too many",
        _TESTS,
    ),
    Mutation(
        _FILE,
        'strftime("%Y-%m-%dT%H")',
        'strftime("%Y-%m-%d")',
        "the limits of an hour hold for a day",
        _TESTS,
    ),
    Mutation(
        _FILE,
        'strftime("%Y-%m")',
        'strftime("%Y")',
        "the tokens of a month are those of a year",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "    settle_storage(tx, usage, difference=size)\n",
        "",
        "media of cards are not counted",
        _TESTS,
    ),
    Mutation(
        _FILE,
        "(following - now).total_seconds()",
        "3600.0",
        "whoever is over a limit is told to wait for an hour",
        _TESTS,
    ),
]
