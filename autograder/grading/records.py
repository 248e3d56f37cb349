from autograder.records import *  # noqa: F403  (temporary)
