"""Summaries of documents, with citations: at once, streamed, or as a job."""
