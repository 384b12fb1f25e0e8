"""Deadlines of tests, in seconds. None asserts that something is quick: `make bench` measures that.

A test waits for an event, or moves the clock; these limits end it where the event never comes.
"""

DEADLINE_SECONDS = 30.0  # for what happens at once on an idle machine
PROCESS_SECONDS = 300.0  # for a program to start, or to do its work and end
SILENCE_SECONDS = 2.0  # a client's own limit, where its server says something before it falls silent
