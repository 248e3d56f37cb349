"""The channel: it carries values between the grader and the student's code."""
