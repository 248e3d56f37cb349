"""The templates below `release/`."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(root: Path, template: str, **values: object) -> bytes:
    """One template (`otter/README.md.j2`), filled in."""
    templates = Environment(
        loader=FileSystemLoader(root / "release"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(template).render(**values).encode("utf-8")
