"""What answers to questions are worth: by key, by the model, by hand."""
