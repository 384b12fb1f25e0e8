"""How able a learner is, how hard a question is, and what to ask next."""
