"""From a submission to a record: student processes, checks, points, classes."""
