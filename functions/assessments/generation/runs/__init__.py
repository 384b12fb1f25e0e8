"""Generation of cards and questions: a model proposes them, plain code checks them before they are saved."""
