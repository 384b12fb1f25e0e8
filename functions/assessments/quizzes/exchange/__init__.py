"""Exchange of quizzes as files: Moodle's GIFT, QTI 2.1, and our own JSON, which keeps everything."""
