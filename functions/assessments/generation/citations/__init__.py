"""Living decks: when a document is replaced, what quotes it is looked up again."""
