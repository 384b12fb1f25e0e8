"""Quizzes as files: Moodle's GIFT, QTI 2.1, and a JSON of our own that keeps everything."""
