"""Read models of one group's documents for the others, and the events between groups.

The owner writes; the others read, or consume. Each module names its owner.
"""
