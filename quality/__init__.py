"""Programs that test the checks and the grader beyond what tests can, and what they share with the tests."""
