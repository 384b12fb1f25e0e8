"""Generated cards and questions: what a model proposes, plain code checks before anything is saved."""
