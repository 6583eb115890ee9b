"""Straight-line steps: each uses only what stands before it, and each sweep only the sums of earlier sweeps."""

import numpy as np
import pytest
import sympy as sp
from units import UNITS

from resmax_sym.codegen.interval import HI, LO
from resmax_sym.codegen.printer import Largest, function
from resmax_sym.codegen.program import ROWS, Program
from resmax_sym.codegen.stable import stabilise
from resmax_sym.lang import LanguageError
from resmax_sym.models import HEADS, Model

OUTPUTS = ("L_tot", "q", "delta", "p", "kappa")


def program(unit, head="normalized"):
    """A program that has read every output, and the outputs as expressions over names."""
    model = Model(unit, head)
    made = Program(stabilise(model.phi))
    return made, {name: made.read(model[name]) for name in OUTPUTS}


def symbols(expr):
    return {symbol.name for symbol in expr.free_symbols}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("unit", UNITS)
def test_steps_stand_in_order_of_use(unit, head):
    made, outputs = program(unit, head)
    known = set(ROWS) | set(made.reductions)
    for symbol, expr in made.needed(outputs.values(), ()):
        assert symbols(expr) <= known, symbol
        assert symbol.name not in known
        known.add(symbol.name)
    assert all(symbols(expr) <= known for expr in outputs.values())


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("unit", UNITS)
def test_sweeps_use_earlier_sweeps_alone_and_are_as_few_as_can_be(unit, head):
    made, _ = program(unit, head)
    sweeps = made.sweeps()
    assert sorted(name for _, names in sweeps for name in names) == sorted(made.reductions)
    known = set()
    for k, (kind, names) in enumerate(sweeps):
        for name in names:
            waits = made.inputs(name)
            assert waits <= known
            assert (kind == "max") == isinstance(made.reductions[name], Largest)
            # Not earlier than needed: it waits for something of the sweep before, or that one took maxima.
            assert k == 0 or sweeps[k - 1][0] == "max" or waits & set(sweeps[k - 1][1])
        known |= set(names)


def test_needed_leaves_out_what_no_output_uses():
    made, outputs = program("exp(s) + s")
    names = [symbol.name for symbol, _ in made.needed([sp.Symbol("f", real=True)], ())]
    assert names == ["e", "scale", "u", "f"]
    assert [symbol.name for symbol, _ in made.needed([sp.Symbol("f", real=True)], ["u"])] == ["f"]
    assert made.needed([outputs["kappa"]], made.reductions) == [
        (sp.Symbol("kappa", real=True), made.steps["kappa"]),
    ]


@pytest.mark.parametrize("text", ["A @ x", "outer(p, v)", "grad(L)", "exp(t)", "opnorm(A)"])
def test_what_has_no_place_in_straight_line_code_is_refused(text):
    made, _ = program("exp(s)")
    with pytest.raises(LanguageError, match="no straight-line code"):
        made.read(Model("exp(s)").parse(text))


def test_reductions_are_shared_and_named_after_what_they_reduce():
    model = Model("exp(s)")
    made = Program(stabilise(model.phi))
    first, second = made.read(model.parse("inner(f, f)")), made.read(model.parse("norm(f)**2"))
    assert first == second == sp.Symbol("sq_f", real=True)
    assert made.read(model.parse("inner(c, f)")) == sp.Symbol("c_f", real=True)
    assert made.read(model.parse("sum(f)")) == sp.Symbol("sum_f", real=True)


def test_different_reductions_never_share_a_name():
    """<f, b>, <f**2, b> and <f, b**2> name the same vectors; sum(f) must not be taken for f itself."""
    model = Model("exp(s)")
    made = Program(stabilise(model.phi))
    texts = ("inner(f, b)", "inner(f**2, b)", "inner(f, b**2)", "sum(f)", "sum(f**2)", "norm(f)**2", "norm(2 * f)**2")
    names = [made.read(model.parse(text)).name for text in texts]
    assert len(set(names)) == len(texts)
    assert not set(names) & made.steps.keys()
    assert [made.read(model.parse(text)).name for text in texts] == names


def test_printed_function_evaluates_its_steps_in_order():
    a, b, t = sp.symbols("a b t", real=True)
    scope = {"np": np}
    text = function("f", ["t"], [(a, t**2), (b, sp.exp(-a))], (a + b, sp.Max(LO.xreplace({LO: t}), b)), "doc")
    exec(text, scope)
    t = np.linspace(-2, 2, 9)
    first, second = scope["f"](t)
    assert np.array_equal(first, t**2 + np.exp(-(t**2)))
    assert np.array_equal(second, np.maximum(t, np.exp(-(t**2))))
    assert text.splitlines()[:4] == ["def f(t):", '    """doc"""', "    a = t**2", "    b = np.exp(-a)"]
    assert HI.name not in text
