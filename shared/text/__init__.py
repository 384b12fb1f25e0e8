"""Text of any origin: folding, sentences, stems."""
