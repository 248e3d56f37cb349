"""A runner that sends the submissions of `tests/attacks/` through `autograder grade` and judges what became of them."""
