"""Code that runs where the submission runs: in a student process, or on a student's laptop."""
