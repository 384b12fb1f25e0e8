"""Schedulers: the memory of a card after an answer, its interval, and the day on which it is due."""
