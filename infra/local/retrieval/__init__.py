"""The local stand-in of the retrieval service: files are parsed, chunked, searched by BM25."""
