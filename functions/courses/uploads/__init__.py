"""The three ways in: a multipart form, straight to the object store, and by address."""
