"""Which installed packages an assignment allows."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.interpreter import listable_paths, readable_paths
from autograder.sandbox.libraries import NotInstalledError, allowed_libraries
from autograder.sandbox.offers import offers


def install(site: Path, name: str, files: list[str], requires: list[str] | None = None) -> None:
    """Put a package into a folder as pip would."""
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    metadata += "".join(f"Requires-Dist: {requirement}\n" for requirement in requires or [])
    for file in [*files, f"{info}/METADATA"]:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(metadata if file.endswith("METADATA") else "")
    (site / info / "RECORD").write_text("".join(f"{file},,\n" for file in [*files, f"{info}/METADATA"]))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site-packages"
    install(
        site,
        "cr-alpha",
        ["cralpha/__init__.py", "cralpha/core.py", "cr_alpha.libs/blas.so", "../../bin/cralpha"],
        [
            "cr-beta>=0.5",
            "cr-never-installed",
            'cr-gamma; python_version < "3"',
            'cr-delta; extra == "more"',
            "cr-epsilon[fast]",
        ],
    )
    install(site, "cr-beta", ["crbeta.py", "__pycache__/crbeta.cpython-311.pyc"], ["CR_Alpha"])
    install(site, "cr-gamma", ["crgamma/__init__.py"])
    install(site, "cr-delta", ["crdelta/__init__.py"])
    install(site, "cr-epsilon", ["crshared/epsilon/__init__.py"], ['cr-zeta; extra == "fast"'])
    install(site, "cr-zeta", ["crshared/zeta/__init__.py"])
    install(site, "cr-eta", ["crshared/eta/__init__.py"])
    monkeypatch.syspath_prepend(site)
    return site


def test_closure_over_requirements(site: Path) -> None:
    found = allowed_libraries(["cralpha"])
    assert found.top_levels == {"cralpha", "crbeta", "crshared"}
    assert {os.path.relpath(path, site) for path in found.paths} == {
        "cralpha",
        "cr_alpha.libs",
        "cr_alpha-1.0.dist-info",
        "crbeta.py",
        "__pycache__/crbeta.cpython-311.pyc",
        "cr_beta-1.0.dist-info",
        "crshared/epsilon",
        "cr_epsilon-1.0.dist-info",
        "crshared/zeta",
        "cr_zeta-1.0.dist-info",
    }


def test_every_owner_of_a_shared_name(site: Path) -> None:
    paths = {os.path.relpath(path, site) for path in allowed_libraries(["crshared"]).paths}
    assert {"crshared/epsilon", "crshared/zeta", "crshared/eta"} <= paths


def test_standard_library_adds_nothing() -> None:
    found = allowed_libraries(["math", "json"])
    assert (found.top_levels, found.paths) == (frozenset(), ())


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(NotInstalledError, match="cr_never_installed"):
        allowed_libraries(["cr_never_installed"])


def test_numpy_with_its_own_libraries_only() -> None:
    found = allowed_libraries(["numpy"])
    assert found.top_levels == {"numpy"}
    names = {os.path.basename(path) for path in found.paths}
    assert "numpy" in names and all(name.startswith("numpy") for name in names)
    assert all(map(os.path.exists, found.paths))


def test_installed_packages_are_not_in_the_standard_paths() -> None:
    folders = [path for path in listable_paths() if path.endswith(("site-packages", "dist-packages"))]
    assert folders
    for folder in folders:
        for path in readable_paths():
            assert not Path(folder).resolve().is_relative_to(Path(path).resolve()), path


def test_other_packages_cannot_be_imported(confined: Any) -> None:
    code = """
for name in ("numpy", "pytest", "msgpack", "autograder.course.manifest"):
    try:
        __import__(name)
        answer[name] = "imported"
    except (ImportError, PermissionError):
        answer[name] = "refused"
"""
    if not offers().landlock:
        pytest.skip("this kernel has no Landlock")
    answer = confined(code, imports=("numpy",))
    del answer["layers"]
    assert answer == {
        "numpy": "imported",
        "pytest": "refused",
        "msgpack": "refused",
        "autograder.course.manifest": "refused",
    }


def test_this_interpreter_is_covered() -> None:
    for module in ("json", "_json", "zoneinfo", "_ctypes"):
        spec = find_spec(module)
        assert spec is not None and spec.origin is not None
        if spec.has_location:
            real = Path(spec.origin).resolve()
            assert any(real.is_relative_to(Path(tree).resolve()) for tree in readable_paths()), real
