"""Generation of content from documents, its quality gates, and its citations."""
