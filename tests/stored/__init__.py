"""Samples of every stored model in every form it has had: what was stored once can be read for good."""
