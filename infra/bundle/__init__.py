"""`make bundle`: build the deployable folder of each function group."""
