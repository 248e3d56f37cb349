"""Gradescope, Otter, nbgrader and the student's own machine: what each gets, runs and records."""
