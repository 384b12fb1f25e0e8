"""The library of all function groups: ports and adapters, the web frame, time, chance. Imports no group."""
