"""pyproject.toml, environment.yml and the lock files agree on every direct dependency.

The bounds are written in pyproject.toml. environment.yml repeats them for conda; the locks pin a version
inside them for every supported Python. A lock holds pins and hashes only, so that it serves with any index.
"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]  # for developers alone, so not for conda

LOCKED = {  # lock file -> the extras and groups it covers, beside the core
    "requirements.lock": ("notebooks", "dask", "dev"),
    "requirements-bench.lock": ("notebooks", "dask", "dev", "bench"),
    "requirements-site.lock": ("dev", "site"),
}
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
CONDA_ONLY = {"python", "pip"}  # conda installs the interpreter and the installer too
CONDA_TO_PYPI: dict[str, str] = {}  # no direct dependency is named differently on conda-forge

PIN = re.compile(r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)==(?P<version>[0-9a-z.]+)(?: ; (?P<marker>[^;\\]+))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?P<more> \\)?")


def direct(extras):
    """Direct dependencies of the core and `extras`: name -> bounds."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in (EXTRAS | GROUPS)[extra])]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def conda(text):
    """Dependencies in the text of an environment.yml whose lists are flat: PyPI name -> bounds."""
    _, _, block = text.partition("\ndependencies:\n")
    found = {}
    for line in block.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = re.fullmatch(r"  - ([a-z0-9-]+)(?: (\S+))?", line)
        if entry is None:
            raise ValueError(f"environment.yml: expected '  - name bounds', got {line!r}")
        name, bounds = entry.groups()
        found[CONDA_TO_PYPI.get(name, name)] = SpecifierSet(bounds or "")
    return found


def read_lock(text):
    """Pins of a lock as (name, version, marker or None); any line but a pin or a hash is a ValueError."""
    pins, expect = [], PIN
    for number, line in enumerate(text.splitlines(), 1):
        match = expect.fullmatch(line)
        if match is None:
            wanted = "a pin" if expect is PIN else "a hash"
            raise ValueError(f"line {number}: expected {wanted}, got {line!r}")
        if expect is PIN:
            marker = match["marker"] and Marker(match["marker"])
            pins.append((match["name"], Version(match["version"]), marker))
            expect = HASH
        elif not match["more"]:
            expect = PIN
    if expect is HASH:
        raise ValueError("the last pin is cut short: expected a hash")
    return pins


def active(pins, python):
    """The pins that hold on this platform under `python`: name -> list of versions."""
    environment = {
        **default_environment(),
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
    }
    chosen = {}
    for name, version, marker in pins:
        if marker is None or marker.evaluate(environment):
            chosen.setdefault(name, []).append(version)
    return chosen


@pytest.fixture(scope="module", params=LOCKED)
def lock(request):
    return request.param, read_lock((ROOT / request.param).read_text(encoding="utf-8"))


def test_conda_and_pyproject_agree_both_ways():
    listed = conda((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert listed.pop("python") == SpecifierSet(PROJECT["requires-python"])
    listed.pop("pip")
    assert listed == direct(EXTRAS)


def test_every_dependency_is_declared_once():
    lines = [*PROJECT["dependencies"], *(line for group in (EXTRAS | GROUPS).values() for line in group)]
    names = [canonicalize_name(Requirement(line).name) for line in lines]
    assert sorted(names) == sorted(set(names))
    assert not CONDA_ONLY & set(names)


def test_every_dependency_has_a_lower_bound():
    unbounded = [name for name, bounds in direct(EXTRAS | GROUPS).items() if ">=" not in {s.operator for s in bounds}]
    assert unbounded == []


def test_build_backend_is_locked_with_the_same_bounds():
    # The editable install builds without isolation, in the locked environment.
    for requirement in map(Requirement, PYPROJECT["build-system"]["requires"]):
        assert direct(["dev"])[canonicalize_name(requirement.name)] == requirement.specifier


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_pins_every_direct_dependency_inside_its_bounds(lock, python):
    name, pins = lock
    assert Version(python) in SpecifierSet(PROJECT["requires-python"])
    chosen = active(pins, python)
    for dependency, bounds in direct(LOCKED[name]).items():
        assert len(chosen.get(dependency, [])) == 1, f"{name}: {dependency} under Python {python}"
        assert chosen[dependency][0] in bounds


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_pins_nothing_twice(lock, python):
    _, pins = lock
    assert [name for name, versions in active(pins, python).items() if len(versions) > 1] == []


def test_bench_lock_extends_the_lock():
    small, large = (
        read_lock((ROOT / f"requirements{name}.lock").read_text(encoding="utf-8")) for name in ("", "-bench")
    )
    assert {p[:2] for p in small} <= {p[:2] for p in large}


def test_site_lock_agrees_with_the_lock():
    small, site = (read_lock((ROOT / f"requirements{name}.lock").read_text(encoding="utf-8")) for name in ("", "-site"))
    versions = {name: version for name, version, _ in small}
    assert [p[:2] for p in site if versions.get(p[0], p[1]) != p[1]] == []


OPTION = "--"


@pytest.mark.parametrize(
    "line",
    [
        f"{OPTION}index-url https://index.invalid/simple",
        f"{OPTION}extra-index-url file:///srv/wheels",
        f"{OPTION}find-links /srv/wheels",
        "-f wheels",
        "-e .",
        "# compiled in /home/someone/project",
        "sympy @ https://index.invalid/sympy-1.14.0-py3-none-any.whl \\",
        "sympy @ file:///srv/sympy-1.14.0-py3-none-any.whl \\",
        "sympy>=1.14 \\",
        "sympy==1.14.0",
        "/srv/wheels/sympy-1.14.0-py3-none-any.whl \\",
    ],
)
def test_lock_reader_refuses_hosts_paths_and_loose_pins(line):
    pin, digest = "mpmath==1.3.0 \\", f"    --hash=sha256:{'0' * 64}"
    good = f"{pin}\n{digest}\n"
    assert [p[0] for p in read_lock(good)] == ["mpmath"]
    for text in (f"{line}\n{good}", f"{good}{line}\n{digest}\n", f"{pin}\n{line}\n{digest}\n"):
        with pytest.raises(ValueError, match="expected a"):
            read_lock(text)


def test_lock_reader_refuses_a_pin_without_hash():
    with pytest.raises(ValueError, match="cut short"):
        read_lock("mpmath==1.3.0 \\\n")


@pytest.mark.parametrize("line", ["  - python-flint", "  - rich >=1", "  - stranger >=1"])
def test_comparison_sees_a_changed_environment(line):
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    kept = [old for old in text.splitlines() if old.split(" ")[:4] != line.split(" ")[:4]]
    altered = conda("\n".join([*kept, line]))
    assert {k: v for k, v in altered.items() if k not in CONDA_ONLY} != direct(EXTRAS)


def test_nested_environment_is_refused():
    with pytest.raises(ValueError, match="expected '  - name bounds'"):
        conda("name: x\ndependencies:\n  - pip:\n    - sympy\n")


def test_lab_opens_a_notebook_that_is_there():
    recipe = re.search(r"^lab:.*\n\t@\S+jupyter lab (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert (ROOT / recipe[1]).is_file()
    assert recipe[1].endswith(".ipynb")


def test_citation_has_the_version_of_the_package():
    assert f"\nversion: {PROJECT['version']}\n" in (ROOT / "CITATION.cff").read_text()
