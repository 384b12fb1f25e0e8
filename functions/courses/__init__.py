"""The courses group: courses, documents, tags, jobs, webhooks."""
