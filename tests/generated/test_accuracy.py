"""error <= 1e-12 (sum of the absolute values of the terms): generated code at given t with entries from -1000 to 1000.

The yardstick is a 60-digit evaluation of hand-written formulas that carries that sum along (`running_magnitude`), so
cancellation is no error, while overflow, NaN and a wrong digit anywhere are.
"""

import ast
import functools
import inspect
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from running_magnitude import MP, UNITS, Reference

from resmax_sym import kernels
from resmax_sym.generated import soft_residual, softmax

BOUND = 1e-12
# float64 stops near 1e-308 and loses digits on the way there; no quantity of use is that small, and one that is
# (a probability of exp(-700), say) may come out as 0.
UNDERFLOW = MP.mpf("1e-290")
CANCELLED = 1e-12  # below this |alpha| / sum |u_i| float64 knows no digit of alpha: alpha = 0 within rounding
SIZES = (1, 2, 3, 17, 200)
AT_200 = ("uniform", "clustered", "mixed scales", "few huge", "alpha near 0")  # 60 digits are slow there
ENTRIES = 8  # of the rows and columns of B that are compared; all of them would be 40000 at n = 200


def few_huge(rng, n):
    t = rng.standard_normal(n)
    k = max(1, n // 20)
    t[:k] = rng.choice([-1, 1], k) * rng.uniform(900, 1000, k)
    return t


PATTERNS = {
    "uniform": lambda rng, n: rng.uniform(-1000, 1000, n),
    "clustered": lambda rng, n: rng.uniform(-999, 999) + rng.uniform(-1, 1, n),
    "far left": lambda rng, n: rng.uniform(-1000, -500, n),
    "moderate": lambda rng, n: rng.standard_normal(n),
    "below zero": lambda rng, n: -rng.uniform(1, 50, n),
    "mixed scales": lambda rng, n: rng.choice([-1, 1], n) * 10 ** rng.uniform(-12, 3, n),
    "few huge": few_huge,
    "all equal": lambda rng, n: np.full(n, rng.uniform(-1000, 1000)),
    "all -1000": lambda rng, n: np.full(n, -1000.0),
    "all +1000": lambda rng, n: np.full(n, 1000.0),
    # exp(s) + s vanishes at -0.567...: alpha is about a millionth of the terms that it adds up.
    "alpha near 0": lambda rng, n: -0.5671432904097838 + 1e-6 * rng.standard_normal(n),
}


@functools.cache
def text_of(unit):
    """The source of a unit's kernel: the committed file where there is one."""
    for module in (soft_residual, softmax):
        if unit == module.UNIT:
            return inspect.getsource(module)
    return kernels.source(unit)


@functools.cache
def load(text, unit):
    """The module of a source, and its row functions made to return every name that they define."""
    module, inside = {}, {}
    exec(compile(text, f"generated[{unit}]", "exec"), module)
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in ("gradient_rows", "hessian_rows"):
            node.body[-1] = ast.copy_location(ast.parse("return locals()").body[0], node.body[-1])
    exec(compile(ast.fix_missing_locations(tree), f"inside[{unit}]", "exec"), inside)
    return module, inside


def ratio(got, term, factor=1):
    """(error - what underflow may cost) / magnitude; infinite where the number is not finite."""
    if not np.isfinite(got):
        return float("inf")
    excess = abs(MP.mpf(float(got)) - term.value * factor) - UNDERFLOW
    return 0.0 if excess <= 0 else float(excess / (term.size * factor)) if term.size else float("inf")


def measure(loaded, reference, rng, worst):
    """Raises the entries of `worst` (quantity -> ratio) to what is found at the reference's t, b, omega."""
    module, inside = loaded
    t, b, omega = reference.t, reference.b, reference.omega
    n = len(t)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        scalars = module["reduce"]([(t, b, omega)])
        args = (t, b, omega, *scalars)
        gradient = module["gradient_rows"](*args)
        delta, W = module["hessian_rows"](*args)
        core = module["hessian_core"](*scalars)
        B = np.diag(delta) + W @ core @ W.T
        loss = module["loss_finish"](*scalars)
        names = inside["gradient_rows"](*args) | inside["hessian_rows"](*args)
        J = (np.diag(names["v"]) - np.outer(names["f"], names["v"])) / names["alpha"]

    def see(name, got, terms, factor=1):
        got, terms = np.atleast_1d(got), np.atleast_1d(terms)
        assert got.shape == terms.shape, name
        worst[name] = max(worst[name], *(ratio(x, term, factor) for x, term in zip(got, terms, strict=True)))

    see("loss", loss, reference.loss)
    see("gradient", gradient, reference.gradient)
    see("diagonal", delta, reference.diagonal)
    rows = rng.permutation(n)[:ENTRIES]
    pairs = [(i, j) for i in rows for j in rows]
    see("B", [B[i, j] for i, j in pairs], [reference.entry(i, j) for i, j in pairs])
    see("J", [J[i, j] for i, j in pairs], [reference.jacobian(i, j) for i, j in pairs])
    for name in ("f", "c", "psi", "q", "sigma", "sq_f", "sq_c", "sq_omega_t"):
        see(name, names[name], getattr(reference, name))
    see("delta", inside["hessian_rows"](*args)["delta"], reference.delta)
    see("v / alpha", names["v"] / names["alpha"], reference.slope)
    see("w / alpha", names["w"] / names["alpha"], reference.curvature)
    # u, v, w, alpha and p are scaled by exp(-shift), and that is all the shift does.
    scale = MP.exp(-MP.mpf(float(names.get("shift", 0))))
    for name in ("u", "v", "w", "alpha", "p"):
        see(name, names[name], getattr(reference, name), scale)


def survey(text, unit, sizes=SIZES, seed=0):
    """quantity -> worst ratio over all patterns and sizes; the signs of alpha that were met."""
    loaded = load(text, unit)
    worst, signs, skipped = defaultdict(float), set(), 0
    rng = np.random.default_rng(seed)
    for n in sizes:
        for k, (name, draw) in enumerate(PATTERNS.items()):
            if n == 200 and name not in AT_200:
                continue
            # Every other point is without regulariser: omega^2 t would drown the gradient of the loss.
            omega = rng.uniform(0, 2, n) if k % 2 == n % 2 else np.zeros(n)
            b = rng.standard_normal(n) if k % 3 else rng.dirichlet(np.ones(n))
            reference = Reference(unit, draw(rng, n), b, omega)
            alpha = reference.alpha
            if abs(alpha.value) < CANCELLED * alpha.size:
                skipped += 1
                continue
            signs.add(int(MP.sign(alpha.value)))
            measure(loaded, reference, rng, worst)
    assert skipped <= len(sizes), "too many points where alpha is 0 within rounding"
    return worst, signs


@pytest.mark.parametrize("unit", UNITS)
def test_errors_stay_below_1e12_of_the_terms(unit, record_property):
    worst, signs = survey(text_of(unit), unit)
    record_property("worst ratios", {name: f"{value:.1e}" for name, value in worst.items()})
    print(f"\n{unit}: " + ", ".join(f"{name} {value:.1e}" for name, value in worst.items()))
    assert {name: value for name, value in worst.items() if not value <= BOUND} == {}
    takes_both = unit not in ("exp(s)", "cosh(s)", "log(1+exp(s))", "1/(1+exp(-s))")
    assert signs == ({-1, 1} if takes_both else {1})


@pytest.mark.parametrize("unit", ["exp(s) + s", "exp(s)"])
@given(data=st.data())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_no_chosen_point_does_worse(unit, data):
    """The same, where hypothesis chooses t: zeros, subnormals, equal entries, neighbours of the root of phi."""
    numbers = st.floats(-1000, 1000) | st.floats(-1, 1) | st.sampled_from([0.0, -0.5671432904097838, -1000.0, 1000.0])
    t = np.array(data.draw(st.lists(numbers, min_size=1, max_size=6)))
    b = np.array(data.draw(st.lists(st.floats(-10, 10), min_size=len(t), max_size=len(t))))
    omega = data.draw(st.sampled_from([0.0, 1e-3, 30.0]))
    reference = Reference(unit, t, b, np.full(len(t), omega))
    assume(abs(reference.alpha.value) >= CANCELLED * reference.alpha.size)
    worst = defaultdict(float)
    measure(load(text_of(unit), unit), reference, np.random.default_rng(0), worst)
    assert {name: value for name, value in worst.items() if not value <= BOUND} == {}


def test_unshifted_exponentials_are_caught():
    text = text_of("exp(s)")
    naive = text.replace("np.exp(t - shift)", "np.exp(t)")
    assert naive != text
    with pytest.raises(FloatingPointError, match="overflow"):
        survey(naive, "exp(s)", sizes=(3,))


MUTANTS = {
    "loss": ("0.5*sq_c", "0.5000000001*sq_c"),
    "gradient": ("psi*v/alpha\n", "psi*v*(1 + 1e-10)/alpha\n"),
    "diagonal": ("v**2/alpha**2", "v**2*(1 + 1e-10)/alpha**2"),
    "B": ("kappa = 2*sigma", "kappa = 2*(1 + 1e-9)*sigma"),
    "v / alpha": ("v = e + scale", "v = e + scale*(1 + 1e-10)"),
    "f": ("u = e + scale*t", "u = e + scale*t*(1 + 1e-10)"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_factor_off_by_a_ten_billionth_is_caught(name):
    """The yardstick is not so generous that a real mistake fits below it."""
    right, wrong = MUTANTS[name]
    text = text_of("exp(s) + s")
    assert right in text
    worst, _ = survey(text.replace(right, wrong), "exp(s) + s", sizes=(2, 17))
    assert worst[name] > BOUND
