"""Content generated from documents, judged by a gate, kept in step with its source."""
