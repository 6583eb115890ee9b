"""Imports point downwards, wherever in a module they stand: also in functions, as strings, and for type checkers alone."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = (
    "resmax_sym",
    "resmax_sym.generated",
    "resmax_sym.atomic",
    "resmax_sym.doubles",
    "resmax_sym.kinks",
    "resmax_sym.region",
    "resmax_sym.lang",
    "resmax_sym.models",
    "resmax_sym.structure",
    "resmax_sym.judge",
    "resmax_sym.codegen",
    "derivations",
    "resmax_sym.theorems",
    "resmax_sym.kernels",
    "resmax_sym.solve",
    "resmax_sym.report",
    "resmax_sym.commands",
    "resmax_sym.cli",
    "docs",
    "benchmarks",
)
"""From the ground up: a module may import its own part and those before it."""

READERS = ("resmax_sym.theorems", "resmax_sym.kernels", "resmax_sym.commands", "docs", "benchmarks")
"""Who reads the claims: their numbers, the code that is made of them, and the commands that judge and show them."""

DIGESTED = {"resmax_sym.lang", "resmax_sym.models", "resmax_sym.judge"}
"""What `judge.store.program` digests: a verdict on record is stale once one of them has changed."""

OURS = re.compile(r"(resmax_sym|derivations|docs|benchmarks)(\.\w+)*")


def part(module):
    """The entry of ORDER that a module belongs to."""
    names = module.split(".")
    return next(name for k in range(len(names), 0, -1) if (name := ".".join(names[:k])) in ORDER)


def imported(source):
    """The modules of this project that a source imports, by any way of importing."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports are not read here"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            found.add(node.value)
    return {name for name in found if OURS.fullmatch(name)}


def wrong(module, source):
    """What a module imports from above, or from the claims without being one of their readers."""
    own = part(module)
    for name in sorted(imported(source)):
        target = part(name)
        if ORDER.index(target) > ORDER.index(own) or (target == "derivations" != own and own not in READERS):
            yield name


def modules():
    for top in ("resmax_sym", "derivations", "docs", "benchmarks"):
        for path in sorted((ROOT / top).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def test_imports_point_downwards():
    read = {module: path.read_text(encoding="utf-8") for module, path in modules()}
    assert {part(module) for module in read} == set(ORDER)
    assert {f"{module} imports {name}" for module, source in read.items() for name in wrong(module, source)} == set()


@pytest.mark.parametrize(
    ("module", "source", "name"),
    [
        ("resmax_sym.lang.expr", "from resmax_sym.judge import Claim", "resmax_sym.judge.Claim"),
        ("resmax_sym.solve.audit", "def f():\n    from derivations import CLAIMS", "derivations.CLAIMS"),
        ("resmax_sym.solve.audit", "import derivations.newton", "derivations.newton"),
        ("resmax_sym.judge.cell", "if TYPE_CHECKING:\n    import resmax_sym.report", "resmax_sym.report"),
        ("resmax_sym.judge.cell", "import_module('resmax_sym.solve.run')", "resmax_sym.solve.run"),
        ("derivations.newton.count", "from resmax_sym import report", "resmax_sym.report"),
        ("resmax_sym.kernels", "from resmax_sym import solve", "resmax_sym.solve"),
    ],
)
def test_an_import_from_above_is_seen(module, source, name):
    assert list(wrong(module, source)) == [name]


def test_an_import_from_below_is_none():
    assert not list(wrong("resmax_sym.kernels", "def f():\n    from derivations import CLAIMS"))
    assert not list(wrong("resmax_sym.solve.audit", "'''Of derivations.newton.'''\nfrom resmax_sym.theorems import a"))


def test_what_decides_a_verdict_is_digested():
    """Nothing but what is, and the writing of files: not even parts that it would be allowed to import."""
    read = {module: path.read_text(encoding="utf-8") for module, path in modules() if part(module) in DIGESTED}
    outside = {
        (module, name) for module, source in read.items() for name in imported(source) if part(name) not in DIGESTED
    }
    assert outside == {("resmax_sym.judge.store", "resmax_sym"), ("resmax_sym.judge.store", "resmax_sym.atomic.write")}
