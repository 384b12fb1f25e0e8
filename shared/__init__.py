"""What every function group uses: ports with their adapters, the web frame, time and chance. Imports no group."""
