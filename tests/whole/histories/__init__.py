"""Random histories of a student's, held to a plain model of what the documentation promises."""
