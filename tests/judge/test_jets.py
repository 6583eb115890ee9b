"""Values, slopes and second slopes of random formulas hold what high-precision differences find within the box; kinks too."""

import random
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import trees

from resmax_sym.judge import jet as rules
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.jets import Jets
from resmax_sym.lang import FUNCTIONS, LanguageError, parse, symbol
from resmax_sym.models import Model

STEEP = (("x", 0), ("x", 1), ("s", None), ("k1", None))
H = Fraction(1, 10**10)
"""Differences with this step err by about 1e-20 and are rounded to 1e-40, far less than the slack below."""

SLACK = 1e-9
MODELS = (Model(), Model("exp(s)"), Model("log(1 + exp(s))", "plain"), Model("s**3 + s", inner_layer="tanh(s)"))
BALLS = Balls(20)


def sizes_of(model):
    return {"n": 2, "d": 2} | ({} if model.inner_layer is None else {"m": 2})


def jets_of(model, formula, middle, radius, steep=STEEP):
    """The jets of all entries, with slopes for the entries `steep` of a box."""
    with BALLS.precision():
        ring = Jets(BALLS, {i: BALLS.number(radius) for i in range(len(steep))} if radius else {})
        point = {}
        for name, value in middle.items():
            array = np.empty(np.shape(value), dtype=object)
            for place in np.ndindex(array.shape):
                key, exact = (name, place[0] if place else None), value[place] if array.ndim else value
                inside = key in steep and radius
                i = steep.index(key) if inside else len(steep)
                array[place] = ring.entry(i, exact - radius, exact + radius) if inside else ring.number(exact)
            point[name] = array if array.ndim else array[()]
        return np.asarray(Evaluator(model, sizes_of(model), point, ring)(formula), dtype=object).ravel()


def shifted(values, **moves):
    """The point with some of its steep entries moved, `e0=1/10` for the first one."""
    result = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    for label, move in moves.items():
        name, k = STEEP[int(label[1:])]
        if k is None:
            result[name] += move
        else:
            result[name][k] += move
    return result


def holds(ball, exact):
    slack = SLACK * (1 + abs(float(exact)))
    return not ball.is_finite() or ball.overlaps(flint.arb(mpmath.nstr(exact, 40)) + flint.arb(0, slack))


def compare(model, formula, seed, radius=Fraction(1, 50)):
    """How many slopes were compared with differences at random points of a box."""
    rng = random.Random(seed)
    middle = trees.random_values(model, sizes_of(model), np.random.default_rng(seed))
    try:
        jets = jets_of(model, formula, middle, radius)
    except (LanguageError, ZeroDivisionError):
        return 0
    if not all(entry.value.is_finite() for entry in jets):
        return 0

    def at(values):
        return np.asarray(trees.value(model, sizes_of(model), values, formula), dtype=object).ravel()

    compared = 0
    for _ in range(3):
        away = {f"e{i}": radius * Fraction(rng.randint(-99, 99), 100) for i in range(len(STEEP))}
        here = shifted(middle, **away)
        exact = at(here)
        assert all(map(holds, (entry.value for entry in jets), exact)), f"{formula!r} at {here}"
        for i in range(len(STEEP)):
            ahead, behind = (at(shifted(here, **{f"e{i}": h})) for h in (H, -H))
            with mpmath.workdps(60):
                scale = mpmath.mpf(H.denominator)
                slopes, bends = (ahead - behind) * scale / 2, (ahead - 2 * exact + behind) * scale**2
            for k, entry in enumerate(jets):
                assert holds(entry.slopes.get(i, rules.ZERO), slopes[k]), f"slope {i} of {formula!r} at {here}"
                if entry.bends is not None:
                    assert holds(entry.bends.get((i, i), rules.ZERO), bends[k]), f"bend {i} of {formula!r} at {here}"
                compared += entry.slopes.get(i, rules.ZERO).is_finite() and slopes[k] != 0
    return compared


@pytest.mark.parametrize("family", trees.FAMILIES)
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_slopes_of_random_formulas(model, family):
    rng, compared = random.Random(family), 0
    for seed in range(24):
        formula = trees.formula(rng.choice, model, rng.choice([(), (), ("n",), ("d",)]), 3, family)
        compared += compare(model, formula, seed)
    assert compared > 12


OPERATIONS = [
    "s + x", "s - x", "s * x", "x / (s*s + 1)", "x / (9 + s)", "-x", "(s + 9)**(3/2)", "(9 + x)**(-1/2)", "x**3", "(9 + x)**-2",
    "s**0", "exp(x)", "log(9 + x)", "sqrt(9 + x)", "cosh(x)", "sinh(x)", "tanh(x)", "abs(x)", "max(x, s)", "min(x, s)", "sign(x)",
    "step(9 + x)", "sum(x)", "inner(x, x)", "norm(x)", "norm(x - y)**2", "norm1(x)", "norminf(x)", "fro(outer(x, x))",
    "trace(outer(x, x))", "diag(x) @ x", "A @ x", "x * (A.T @ A @ x)", "at(s * x, y)", "grad(L)", "D(f)", "f", "eigmin(diag(x))",
    "eigmax(outer(x, x) + s*eye(d))", "opnorm(outer(x, x))", "solve(diag(x) + 9*eye(d), s*x)", "(9 + s)**k1", "max(x)", "exp(s)*norm(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", OPERATIONS)
def test_slopes_of_every_operation(text):
    model = Model()
    formula = parse(text, {**model.names, "s": symbol("s"), "k1": symbol("k1")})
    if any(node.op in ("eigmin", "eigmax", "opnorm", "solve", "norminf", "reduce") for node in formula.walk()):
        ends_agree(model, formula)  # the second reading has no eigenvalues
    else:
        assert compare(model, formula, 1) > 0 or text in ("s**0", "sign(x)", "step(9 + x)", "at(s * x, y)")


def ends_agree(model, formula):
    """f(z) - f(w) is in sum_i slope_i (z_i - w_i) for points z, w of the box, and f(z) in the value."""
    middle, radius = trees.random_values(model, sizes_of(model), np.random.default_rng(1)), Fraction(1, 20)
    rng, steep = random.Random(3), False
    jets = jets_of(model, formula, middle, radius)
    for _ in range(10):
        z, w = ([radius * Fraction(rng.randint(-99, 99), 100) for _ in STEEP] for _ in range(2))
        f_z, f_w = (
            jets_of(model, formula, shifted(middle, **{f"e{i}": e for i, e in enumerate(p)}), 0) for p in (z, w)
        )
        with BALLS.precision():
            for jet, a, b in zip(jets, f_z, f_w, strict=True):
                change = sum((slope * BALLS.number(z[i] - w[i]) for i, slope in jet.slopes.items()), flint.arb(0))
                assert change.is_finite()
                assert change.overlaps(a.value - b.value)
                assert jet.value.overlaps(a.value)
                steep = steep or float(abs(a.value - b.value).lower()) > 1e-3
    assert steep


@pytest.mark.parametrize("name", sorted(rules.SLOPES.keys() - {"flat", "norm", "sign", "step"}))
def test_a_wrong_rule_is_noticed(name, monkeypatch):
    """Negative control: a slope that is a tenth too large."""
    slope, bend = rules.SLOPES[name]
    monkeypatch.setitem(rules.SLOPES, name, (lambda z: slope(z) * flint.arb(11) / 10, bend))
    formula = FUNCTIONS[name](symbol("s") ** 2 + 1)
    with pytest.raises((AssertionError, ValueError), match=r"slope|at |empty intersection"):
        compare(Model(), formula, 2, Fraction(1, 1000))


def one(text, low, high):
    """The jet of a formula in s on [low, high]."""
    middle, radius = Fraction(low + high) / 2, Fraction(high - low) / 2
    return jets_of(Model(), parse(text, {"s": symbol("s")}), {"s": middle}, radius, (("s", None),))[0]


@pytest.mark.parametrize(
    ("text", "slopes"),
    [
        ("abs(s)", (-1, 1)),
        ("max(s, 0)", (0, 1)),
        ("min(s, 2*s)", (1, 2)),
        ("max(-s, 2*s)", (-1, 2)),
    ],
)
def test_a_kink_has_the_slopes_of_both_sides(text, slopes):
    jet = one(text, -1, 1)
    assert all(jet.slopes[0].contains(k) for k in slopes)
    assert float(jet.slopes[0].rad()) < (slopes[1] - slopes[0]) / 2 + 0.01
    assert jet.bends is None or not jet.bends[0, 0].is_finite()


@pytest.mark.parametrize("text", ["sign(s)", "sign(s)*0", "sqrt(max(s, 0))", "s*sign(s)"])
def test_a_jump_and_a_root_have_no_slope(text):
    jet = one(text, -1, 1)
    assert jet.value.is_finite()
    assert not jet.slopes[0].is_finite()


@pytest.mark.parametrize(
    "text", ["1/s", "log(s)", "sqrt(s)", "step(s)", "s**-1", "s**(1/2)", "0*log(s)", "log(s)**0", "max(1/s, 9)"]
)
def test_what_is_undefined_somewhere_is_not_finite(text):
    assert not one(text, -1, 1).value.is_finite()
    assert one(text, 1, 2).value.is_finite()


def test_the_mean_value_form_is_narrow():
    """s - s^2 on [0.4, 0.6] is within [0.24, 0.25]; balls alone have [0.04, 0.44]."""
    value = one("s - s**2", Fraction(2, 5), Fraction(3, 5)).value
    assert float(value.lower()) > 0.2399
    assert float(value.upper()) < 0.2501


def test_norm_has_slopes_at_zero():
    model = Model()
    middle = trees.random_values(model, sizes_of(model), np.random.default_rng(0))
    middle["x"] = np.array([Fraction(0), Fraction(0)], dtype=object)
    jet = jets_of(model, parse("norm(x)", model.names), middle, Fraction(1, 2))[0]
    for i in (0, 1):
        assert jet.slopes[i].contains(1)
        assert jet.slopes[i].contains(-1)
        assert jet.slopes[i].rad() < 1.001
