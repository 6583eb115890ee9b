"""Formulas in marked entries and power sums: read, they have the values that the formulas have, for any number of other entries."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.marked import HIGHEST, NAMES, Marked, Unread, affine_parts, degree
from resmax_sym.judge.modular import TOWERS, Residues
from resmax_sym.lang import parse, symbol
from resmax_sym.models import SOFTMAX, Model

SOFT = Model(SOFTMAX)
RING = Residues(TOWERS[1])
WEIGHTS = symbol("weights", ("n",))

VECTORS = ["f", "omega", "b", "ones(n)", "omega - inner(f, omega)", "f * (1 - f)", "3 * f**2 - b * f", "-f / 7", "c"]
SCALARS = [
    "inner(f, f)",
    "sum(f * omega)",
    "inner(f, b)",
    "f @ omega",
    "1 / 3",
    "sum(f**3) - 2",
    "sigma",
    "sum(f**4 * omega)",
]


def random_matrix(rng):
    """A formula for a matrix, with entries affine in omega or not."""

    def pick(pool):
        return pool[rng.integers(len(pool))]

    terms = [f"({pick(SCALARS)}) * outer({pick(VECTORS)}, {pick(VECTORS)})" for _ in range(rng.integers(1, 4))]
    return " + ".join(terms) + f" - {pick(SCALARS)}"


def fraction(value):
    return Fraction(int(value.p), int(value.q))


def entries(rng, count, others, place, sign):
    """Weights that sum to 1, omega, and b with one entry."""
    n = count + others
    f, omega = (np.array([Fraction(int(x), 7) for x in rng.integers(-9, 10, n)], dtype=object) for _ in range(2))
    b = 0 * f
    f[1], b[place] = 1 - (f.sum() - f[1]), Fraction(sign)
    return f, omega, b


def true_value(e, f, omega, b):
    """Entry (0, 1) by the evaluator, modulo primes."""
    e = e.rebuild(lambda node: WEIGHTS if node == SOFT.names["f"] else None)
    point = {"weights": f, "omega": omega, "b": b}
    point = {name: np.array([RING.number(x) for x in v], dtype=object) for name, v in point.items()}
    return np.asarray(Evaluator(SOFT, {"n": len(f)}, point, RING)(e))[0, 1]


def read_value(p, count, f, omega):
    """A polynomial at the entries and power sums."""
    x, o = f[count:], omega[count:]
    table = dict(zip("acp", f[:count], strict=False)) | {f"z{k}": omega[k] for k in range(count)}
    table |= {f"S{q}": sum(x**q, Fraction(0)) for q in range(2, HIGHEST + 1)}
    table |= {f"T{q}": sum(x**q * o, Fraction(0)) for q in range(HIGHEST + 1)}
    found = p(*(flint.fmpq(v.numerator, v.denominator) for v in (table.get(name, Fraction(0)) for name in NAMES)))
    return RING.number(fraction(found))


@pytest.mark.parametrize("seed", range(4))
def test_readings_have_the_values_of_the_formulas(seed):
    rng, done = np.random.default_rng(seed), 0
    for _ in range(40):
        text = random_matrix(rng)
        e, count = parse(text, SOFT.names), int(rng.integers(2, 4))
        place, sign = int(rng.integers(count)), int(rng.choice([-1, 0, 1]))
        try:
            p = Marked(SOFT, count, place, sign).pair(e)
        except Unread:
            continue
        done += 1
        for others in (0, 1, 3):
            f, omega, b = entries(rng, count, others, place, sign)
            assert read_value(p, count, f, omega) == true_value(e, f, omega, b), text
    assert done > 20


@pytest.mark.parametrize(
    "text",
    [
        "outer(f, ones(n)) * sum(ones(n))",  # how many entries there are
        "outer(f, ones(n)) * sum(1 - f)",
        "outer(f, f) * inner(omega - inner(f, omega), ones(n) - b)",
        "outer(f, f) * inner(omega, omega)",
        "outer(f, f) * n",
        "outer(f, f) / sum(f)",
        "outer(f, f) * norm(f)",
        "outer(f, u)",
        "outer(f, t)",
        "outer(f, abs(f))",
        "outer(f, f**9)",
        "outer(f, f**(1/2))",
        "diag(f)",
        "eye(n)",
        "J",
        "outer(at(f, y), f)",
        "outer(f, ones(n)) @ outer(f, f)",
        "outer(f, f) * inner(x, x)",
    ],
)
def test_other_formulas_are_not_read(text):
    with pytest.raises(Unread):
        Marked(SOFT, 2).pair(parse(text, SOFT.names))


def test_huge_powers_are_not_multiplied_out():
    e = parse("outer(f, ones(n)) * (((inner(f, f) + f @ omega + 1)**8)**8)**8", SOFT.names)
    with pytest.raises(Unread):
        Marked(SOFT, 2).pair(e)


def test_affine_parts():
    e = parse("outer(f, ones(n)) * inner(f**2, omega) - outer(omega, f) + 3 * inner(f, f)", SOFT.names)
    marked = Marked(SOFT, 2)
    fixed, y, others = affine_parts(marked.pair(e), 2)
    a, c, x = (marked.pair(parse(t, SOFT.names)) for t in ("outer(f, ones(n))", "outer(ones(n), f)", "inner(f, f)"))
    assert fixed == 3 * x
    assert y == [a**3 - c, a * c**2]
    assert [(e[NAMES.index("x")], e[NAMES.index("a")]) for e, _ in others.terms()] == [(2, 1)]
    for text in ("outer(omega, omega)", "outer(f, f) * inner(f, omega)**2", "outer(f, f) * (f @ omega) * (b @ omega)"):
        with pytest.raises(Unread):
            affine_parts(Marked(SOFT, 2, 0, 1).pair(parse(text, SOFT.names)), 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("outer(f, f)", 0), ("outer(c, f)", 1), ("outer(b, f) * inner(b, f) + b @ f", 2), ("outer(f*b, (1 - b)**3)", 4)],
)
def test_degree_in_b(text, expected):
    assert degree(parse(text, SOFT.names), SOFT.names["b"], SOFT.names["f"]) == expected
