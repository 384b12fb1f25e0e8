"""Adaptive quizzes: the ability of a learner, the difficulty of questions, and the next question to ask."""
