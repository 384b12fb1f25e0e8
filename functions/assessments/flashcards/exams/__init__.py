"""Exams: a course's cards are placed so that as much as can be is known on the day."""
