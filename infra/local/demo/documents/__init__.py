"""The demo's teaching material: sources that a reader can check, and the builder that makes files of them."""
