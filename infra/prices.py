"""List prices of Google and OpenAI, with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass

_KIB_PER_GIB = 1024**2
_KB_PER_TIB = 1024**4 / 1000


@dataclass(frozen=True, slots=True)
class Price:
    """A list price in dollars: its label and unit on the page, and the page it was read on."""

    label: str
    unit: str
    per: float  # counted items in the unit
    usd: float
    source: str = ""


_GOOGLE = "https://cloud.google.com"
_FIRESTORE, _RUN, _TASKS = (f"{_GOOGLE}/{page}/pricing" for page in ("firestore", "run", "tasks"))
_BALANCING, _ARMOR = f"{_GOOGLE}/load-balancing/pricing", f"{_GOOGLE}/armor/pricing"
_MONITORING, _ALERTING = f"{_GOOGLE}/stackdriver/pricing", f"{_GOOGLE}/monitoring/alerts/cost-control"
_OPENAI = "https://developers.openai.com/api/docs/pricing"

# In US dollars, for europe-west1, compared on PRICES_READ with copies or quotations of the sources.
# Free tiers are not deducted.
PRICES_READ = "2026-11-21"
PRICES: Mapping[str, Price] = {
    "reads": Price("Firestore reads", "100,000", 1e5, 0.03, _FIRESTORE),
    "writes": Price("Firestore writes", "100,000", 1e5, 0.09, _FIRESTORE),
    "deletes": Price("Firestore deletes", "100,000", 1e5, 0.01, _FIRESTORE),
    "database": Price("Firestore storage", "GiB", 1, 0.15, _FIRESTORE),
    "cpu": Price("Functions: vCPU", "1,000 s", 1e3, 0.024, _RUN),
    "memory": Price("Functions: memory", "1,000 GiB s", 1e3, 0.0025, _RUN),
    "calls": Price("Functions: requests", "million", 1e6, 0.40, _RUN),
    "events": Price("Pub/Sub", "TiB", _KB_PER_TIB, 40.0, f"{_GOOGLE}/pubsub/pricing"),
    "tasks": Price("Cloud Tasks: operations", "million", 1e6, 0.40, _TASKS),
    "objects": Price("Cloud Storage", "GiB", 1, 0.020, f"{_GOOGLE}/storage/pricing"),
    "egress": Price(
        "Traffic to the internet", "GiB", _KIB_PER_GIB, 0.12, f"{_GOOGLE}/storage/pricing-examples"
    ),
    "balancer": Price("Load balancer", "month", 1, 18.0, _BALANCING),  # 0.025 an hour for up to five rules
    "balanced": Price("Load balancer: traffic", "GiB", _KIB_PER_GIB, 0.008, _BALANCING),
    "policies": Price("Cloud Armor: policy", "month", 1, 5.0, _ARMOR),
    "rules": Price("Cloud Armor: rules", "month", 1, 1.0, _ARMOR),
    "screened": Price("Cloud Armor: requests", "million", 1e6, 0.75, _ARMOR),
    "logs": Price("Cloud Logging", "GiB", _KIB_PER_GIB, 0.50, _MONITORING),
    "metrics": Price("Metrics made from logs", "MiB", 1024, 0.258, _MONITORING),
    "alerts": Price("Alerts: conditions", "month", 1, 1.50, _ALERTING),
    "evaluations": Price("Alerts: series looked at", "million", 1e6, 0.35, _ALERTING),
    "schedules": Price("Cloud Scheduler", "job", 1, 0.10, f"{_GOOGLE}/scheduler/pricing"),
    "secrets": Price("Secret Manager", "version", 1, 0.06, f"{_GOOGLE}/secret-manager/pricing"),
    "tokens_in": Price("gpt-4o-mini, input", "million", 1e6, 0.15, _OPENAI),
    "tokens_out": Price("gpt-4o-mini, output", "million", 1e6, 0.60, _OPENAI),
}

# Firestore in the multi-region eur3; Terraform's `firestore_location` is one region by default.
MULTI_REGION: Mapping[str, float] = {"reads": 0.06, "writes": 0.18, "deletes": 0.02, "database": 0.18}
