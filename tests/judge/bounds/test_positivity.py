"""nonnegative(p): what is accepted is never negative, and what is known to be true is accepted."""

from fractions import Fraction

import numpy as np
import pytest

from resmax_sym.judge.bounds.poly import Poly, Unbounded
from resmax_sym.judge.bounds.positivity import Interval, Ranges

R, BETA, K = (Poly.atom(("par", name)) for name in ("R", "beta", "k"))
n, d, pi = Poly.size("n"), Poly.size("d"), Poly.atom(("pi",))
E = (R * R).exp()
RANGES = Ranges(
    {
        ("par", "R"): Interval(Fraction(1), None, True),
        ("par", "beta"): Interval(Fraction(0), Fraction(1), True),
        ("par", "k"): Interval(Fraction(1, 2), Fraction(3)),
    },
    {("size", "d"): [n]},
)


def number(value):
    return Poly.number(Fraction(value))


ACCEPTED = [
    n - number(1), n - n.power(Fraction(1, 2)), E - R * R, E - number(2.7) * R * R, E * E - E * R, E - number(1) - R * R,
    BETA.power(-2) - BETA.power(-1), number(1) - BETA * BETA, number(3) - K, K - number("1/2"), n - d, n * n - d * n,
    E * n.power(Fraction(3, 2)) * BETA.power(-3) - R * n * BETA.power(-1), pi - number(3), number(22) - number(7) * pi,
    number(1) - E.power(-1), number(2).power(Fraction(1, 2)) - number("1414/1000"), number(1).exp() - number("27/10"),
    K * K - number("1/4"),
    n.power(Fraction(5, 2)) * E.power(6) - n * n * R.power(3) * E.power(5),
]  # fmt: skip
REFUSED = [
    n - number(2), n.power(Fraction(1, 2)) - n, E - number(3) * R * R, R - E, BETA - number("1/1000"), BETA - BETA.power(-1), number(2) - K,
    K - number(1), d - n, number(3) - pi, number(22) - number("7003/1000") * pi, E.power(-1) - number("1/100"), -R, number(-1),
    number("1414/1000") - number(2).power(Fraction(1, 2)), R - n, BETA * n - number(1), E * BETA - number(1),
]  # fmt: skip


@pytest.mark.parametrize("p", ACCEPTED, ids=str)
def test_accepted(p):
    assert RANGES.nonnegative(p)


@pytest.mark.parametrize("p", REFUSED, ids=str)
def test_refused(p):
    assert RANGES.nonnegative(p) is None


def test_strict():
    assert RANGES.nonnegative(BETA, strict=True)
    assert RANGES.nonnegative(E.power(-1), strict=True)
    assert RANGES.nonnegative(number(2) - BETA, strict=True)
    assert RANGES.nonnegative(number(1) - BETA, strict=True) is None  # beta = 1 is in range
    assert RANGES.nonnegative(R - number(1), strict=True) is None
    assert RANGES.nonnegative(number(0), strict=True) is None


def value(p, place):
    def of(atom):
        match atom:
            case ("size" | "par", name):
                return place[name]
            case ("exp", m):
                return np.exp(np.prod([of(a) ** float(e) for a, e in m]))
        return np.pi if atom == ("pi",) else float(atom[1])

    return sum(float(c) * np.prod([of(a) ** float(e) for a, e in m]) for m, c in p.items)


def test_what_is_accepted_is_never_negative():
    rng = np.random.default_rng(0)
    atoms = [R, BETA, K, n, n.power(Fraction(1, 2)), E, BETA.power(-1), pi, R.exp(), number(2).power(Fraction(1, 2))]
    places = [
        {"R": 1 + rng.exponential() / 2, "beta": 1 - rng.random() ** 3, "k": rng.uniform(0.5, 3), "n": int(rng.integers(1, 50))}
        for _ in range(40)
    ] + [{"R": 1.0, "beta": b, "k": k, "n": 1} for b in (1e-6, 0.5, 1.0) for k in (0.5, 3.0)]  # fmt: skip
    accepted = 0
    for _ in range(400):
        p = number(0)
        for _ in range(rng.integers(2, 5)):
            term = number(int(rng.integers(-3, 4)))
            for k in rng.integers(0, len(atoms), rng.integers(0, 4)):
                term = term * atoms[k]
            p = p + term
        if not p.plainly_nonnegative and RANGES.nonnegative(p):
            accepted += 1
            for place in places:
                size = value(Poly.of({m: abs(c) for m, c in p.items}), place)
                assert value(p, place) >= -1e-12 * size, (p, place)
    assert accepted >= 20


def test_limits():
    """Hostile exponents and sums end in Unbounded, not in a long computation."""
    for hostile in (lambda: number(2).power(10**12), lambda: (R + n).power(50), lambda: (R + n).power(Fraction(1, 2))):
        with pytest.raises(Unbounded):
            hostile()


def test_large_products_are_given_up():
    """Six symbols to the power 20 would be expanded into 21^6 terms."""
    symbols = [Poly.atom(("par", f"r{k}")) for k in range(6)]
    ranges = Ranges({("par", f"r{k}"): Interval(Fraction(2), None, True) for k in range(6)})
    low, high = number(1), number(1)
    for r in symbols:
        low, high = low * r, high * r.power(20)
    assert ranges.nonnegative(high - low) is None
    assert ranges.nonnegative(high * high.exp() - low * low.exp()) is None
    zero = Ranges({("par", "k"): Interval(Fraction(0), Fraction(0))})
    assert zero.nonnegative(number(1) - K)


def test_towers_of_exponentials():
    assert RANGES.nonnegative(R.exp().exp().exp() - number(1))
    with pytest.raises(Unbounded):
        RANGES.nonnegative(number(10**9).exp() - R)


@pytest.mark.parametrize(("base", "exponent"), [(number(10), 99), (number(10) * R, 99), (R + number(10), 12)])
def test_long_coefficients_are_given_up(base, exponent):
    """((10**99)**99)**99 is not multiplied out."""

    def nested():
        power = base
        for _ in range(8):
            power = power.power(exponent)

    with pytest.raises(Unbounded):
        nested()
