"""Reviews: answers to cards, in order of time, and the schedules that follow."""
