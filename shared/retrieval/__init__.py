"""The retrieval service, a system of its own that parses, chunks and searches documents. Reached by HTTP."""
