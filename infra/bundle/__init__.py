"""One deployable folder for each function group: `make bundle`."""
