"""One folder per deployable function group. Groups never import each other."""
