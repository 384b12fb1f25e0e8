"""Item analysis: the difficulty of each question, and how well it tells strong learners from weak ones."""
