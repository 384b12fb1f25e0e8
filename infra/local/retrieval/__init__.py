"""The local stand-in of the retrieval service, which parses files into chunks and searches them by BM25."""
