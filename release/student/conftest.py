"""Say what to do where the Python that runs pytest lacks what the course needs."""

try:
    import autograder  # noqa: F401
except ModuleNotFoundError:
    raise SystemExit(
        "This Python does not have the course's tools (no module named 'autograder').\n"
        "Activate the environment that you made for the course: source .venv/bin/activate\n"
        "(Windows: .venv\\Scripts\\activate), in the folder that holds it. Then run `python -m pytest` again.\n"
        "If you have none yet: README.md, in the folder above `assignments`, says how to make it."
    ) from None
