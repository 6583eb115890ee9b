"""(a, |a|) + (b, |b|) = (a + b, |a| + |b|): numbers that carry the sum of the absolute values of the terms they add up.

The formulas of the regression are written here by hand, from their definitions, and evaluated at 60 digits: nothing is
shared with the package, so that agreement with the generated code is agreement of two independent routes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np

DIGITS = 60
MP = mpmath.MPContext()
MP.dps = DIGITS


@dataclass(frozen=True, slots=True)
class Term:
    """A value and a magnitude: what |value| would be if nothing cancelled on the way to it.

    A rounding error of relative size e in each operation changes the value by about e times the magnitude, so the ratio
    error / magnitude tells accuracy apart from cancellation, which no arithmetic of fixed precision can undo.
    """

    value: mpmath.mpf
    size: mpmath.mpf

    def __add__(self, other: Term) -> Term:
        return Term(self.value + other.value, self.size + other.size)

    def __sub__(self, other: Term) -> Term:
        return Term(self.value - other.value, self.size + other.size)

    def __mul__(self, other: Term) -> Term:
        return Term(self.value * other.value, self.size * other.size)

    def __neg__(self) -> Term:
        return Term(-self.value, self.size)

    def __truediv__(self, other: Term) -> Term:
        # |d(1/a)| = |da| / a^2, hence the magnitude of 1/a.
        return Term(self.value / other.value, self.size * other.size / other.value**2)

    def __pow__(self, k: int) -> Term:
        return Term(self.value**k, self.size**k)


def exact(x: float) -> Term:
    """A number that is given, without error."""
    value = MP.mpf(float(x))
    return Term(value, abs(value))


def vector(values: np.ndarray) -> np.ndarray:
    """Given numbers as an object array of terms."""
    return np.array([exact(x) for x in np.asarray(values, dtype=float)], dtype=object)


def _of_exact(function: Callable[[mpmath.mpf], mpmath.mpf]) -> Callable[[Term], Term]:
    def apply(a: Term) -> Term:
        value = function(a.value)
        return Term(value, abs(value))

    return apply


ONE = exact(1)
_exp, _softplus = _of_exact(MP.exp), _of_exact(lambda s: MP.log1p(MP.exp(s)))
_cosh, _sinh = _of_exact(MP.cosh), _of_exact(MP.sinh)


def _logistic(s: Term) -> tuple[Term, Term, Term]:
    e = _exp(-s)
    whole = ONE + e
    return ONE / whole, e / whole**2, e * (e - ONE) / whole**3


def _softplus_all(s: Term) -> tuple[Term, Term, Term]:
    e = _exp(-s)
    return _softplus(s), ONE / (ONE + e), e / (ONE + e) ** 2


def _exponentials(s: Term) -> tuple[Term, Term, Term]:
    up, down = _exp(exact(2) * s + ONE), _exp(-s)
    return up - down, exact(2) * up + down, exact(4) * up - down


def _plus_identity(s: Term) -> tuple[Term, Term, Term]:
    e = _exp(s)
    return e + s, e + ONE, e


UNITS: dict[str, Callable[[Term], tuple[Term, Term, Term]]] = {
    "exp(s) + s": _plus_identity,
    "exp(s)": lambda s: (_exp(s),) * 3,
    "cosh(s)": lambda s: (_cosh(s), _sinh(s), _cosh(s)),
    "log(1+exp(s))": _softplus_all,
    "s**3+s": lambda s: (s**3 + s, exact(3) * s**2 + ONE, exact(6) * s),
    "sinh(s)": lambda s: (_sinh(s), _cosh(s), _sinh(s)),
    "1/(1+exp(-s))": _logistic,
    "exp(2*s+1)-exp(-s)": _exponentials,
}
"""Unit -> s -> phi(s), phi'(s), phi''(s), by hand."""


@dataclass
class Reference:
    """Every quantity of the regression at given t, b, omega (float64, taken exactly), as terms.

    Vectors are object arrays; `entry(i, j)` is B[i, j] + [i == j] omega_i^2, one at a time since n may be large.
    """

    unit: str
    t: np.ndarray
    b: np.ndarray
    omega: np.ndarray

    def __post_init__(self) -> None:
        t, b, omega = vector(self.t), vector(self.b), vector(self.omega)
        rows = [UNITS[self.unit](s) for s in t]
        self.u, self.v, self.w = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
        self.alpha = self.u.sum()
        self.f = self.u / self.alpha
        self.c = self.f - b
        self.sigma = (self.c * self.f).sum()
        self.sq_f = (self.f * self.f).sum()
        self.sq_c = (self.c * self.c).sum()
        self.sq_omega_t = ((omega * t) * (omega * t)).sum()
        self.psi = self.c - self.sigma
        self.q = self.v * self.psi / self.alpha
        self.delta = self.w * self.psi / self.alpha + self.v**2 / self.alpha**2
        self.p = self.v * (self.c + self.f)
        self.kappa = exact(2) * self.sigma + self.sq_f
        self.loss = exact(0.5) * (self.sq_c + self.sq_omega_t)
        self.gradient = self.q + omega**2 * t
        self.diagonal = self.delta + omega**2
        self.slope = self.v / self.alpha
        self.curvature = self.w / self.alpha

    def entry(self, i: int, j: int) -> Term:
        """Entry of diag(delta + omega^2) - alpha^-2 (p v^T + v p^T - kappa v v^T)."""
        p, v = self.p, self.v
        low = -(p[i] * v[j] + v[i] * p[j] - self.kappa * v[i] * v[j]) / self.alpha**2
        return low + self.diagonal[i] if i == j else low

    def jacobian(self, i: int, j: int) -> Term:
        """Entry of (diag(v) - f v^T) / alpha."""
        low = -self.f[i] * self.v[j] / self.alpha
        return low + self.slope[i] if i == j else low
