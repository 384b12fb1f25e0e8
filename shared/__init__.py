"""What every function group uses: ports and adapters, the web frame, time, chance. Imports no group."""
