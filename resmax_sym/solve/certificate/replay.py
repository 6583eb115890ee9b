"""grad L_tot = 0 within a radius: a certificate of a critical point checked by a second route, from the file alone.

The search reads proved closed forms and their slopes; here power series of the definition are composed (`series`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flint
from numpy.typing import NDArray

from resmax_sym.judge.certificate import Invalid
from resmax_sym.lang import LanguageError, parse, symbol
from resmax_sym.solve.certificate.cell_check import check_region, factors_of
from resmax_sym.solve.certificate.file import is_critical_point, read, statement
from resmax_sym.solve.certificate.series import Rows, working

__all__ = ["Measured", "is_critical_point", "measure", "replay_critical_point"]

Ball, Matrix = flint.arb, flint.arb_mat
LOW_BITS = 64


@dataclass(frozen=True)
class Measured:
    """Upper bounds by the second route: norm(I - S F'(0)), norm(F(0)), and the Lipschitz constant of F' on a ball."""

    defect: Ball
    gradient: Ball
    lipschitz: Ball


def _norm(M: Matrix) -> Ball:
    """Upper bound of the Frobenius norm."""
    return sum((entry.abs_upper() ** 2 for entry in M.entries()), Ball(0)).sqrt().upper()


def _spectral(M: Matrix) -> Ball:
    """Upper bound of the norm of a symmetric M: fro(M^8)^(1/8)."""
    square = M * M
    fourth = square * square
    return _norm(fourth * fourth).sqrt().sqrt().sqrt().upper()  # root(8) of 0 is NaN


def _chain(*factors: NDArray) -> Matrix:
    """The product in balls, from the right: A x is A2 (A1 x)."""
    *rest, total = (Matrix(factor.tolist()) for factor in factors)
    for factor in reversed(rest):
        total = factor * total
    return total


class Frame:
    """A C with its products; A may be given in factors."""

    def __init__(self, *factors: NDArray) -> None:
        self.AC = _chain(*factors)
        self.rows, self.T = self.AC.tolist(), self.AC.transpose()
        self.sizes = [sum((v.abs_upper() ** 2 for v in row), Ball(0)).sqrt().upper() for row in self.rows]

    def image(self, column: list[Ball]) -> Matrix:
        return self.T * Matrix([[v] for v in column])

    def gram(self, weights: list[Ball]) -> Matrix:
        return self.T * Matrix([[v * w for v in row] for row, w in zip(self.rows, weights, strict=True)])


def measure(unit: str, arrays: Mapping[str, NDArray], signs: list[int], domain: float, bits: int) -> Measured:
    """The three bounds of a certificate by the second route.

    Raises
    ------
    Invalid
        alpha = 0 or an undefined value cannot be excluded on the ball, or the unit has no power series.
    """
    tree = parse(unit, {"s": symbol("s")})
    b, omega = arrays["b"].tolist(), arrays["omega"].tolist()
    factors = factors_of(arrays)
    with working(bits):
        frame = Frame(*factors, arrays["C"])
        t = _chain(*factors, arrays["x"][:, None]).entries()
        at = Rows(tree, t, b, omega)
        image, sums = frame.image(at.phi[1]), at.sums
        gradient = frame.image(at.l[1, 0]) + sums[1] * image
        mixed = frame.image(at.l[1, 1])
        hessian = 2 * frame.gram(at.diagonal(2)) + mixed * image.transpose() + image * mixed.transpose()
        hessian += 2 * sums[2] * (image * image.transpose())
        d = len(signs)
        signed = Matrix([[signs[i] * hessian[i, j] - int(i == j) for j in range(d)] for i in range(d)])
        point = _norm(signed), _norm(gradient)
    with working(LOW_BITS):
        box = [v + Ball(0, 1) * (size * domain) for v, size in zip(t, frame.sizes, strict=True)]
        return Measured(*point, _third(frame, Rows(tree, box, b, omega)))


def cubic(frame: Frame, at: Rows) -> tuple[list[Ball], list[tuple[Matrix, Matrix]]]:
    """c and (l_k, Q_k): the tau^3 coefficient along s = A C z is sum_i c_i s_i^3 + sum_k l_k(z) Q_k(z, z)."""
    image, mixed, twice = (frame.image(column) for column in (at.phi[1], at.l[1, 1], at.l[1, 2]))
    product = twice * image.transpose()
    inner = frame.gram(at.l[2, 1]) + (product + product.transpose()) / 2 + at.sums[3] * (image * image.transpose())
    return at.diagonal(3), [(image, inner), (mixed + 2 * at.sums[2] * image, frame.gram(at.phi[2]))]


def _third(frame: Frame, at: Rows) -> Ball:
    """6 times a bound of the tau^3 coefficient over unit directions: a symmetric form is largest on its diagonal."""
    weights, pairs = cubic(frame, at)
    total = _spectral(frame.gram([c.abs_upper() * size for c, size in zip(weights, frame.sizes, strict=True)]))
    for linear, quadratic in pairs:
        total += _norm(linear) * _spectral(quadratic)
    return (6 * total).upper()


def replay_critical_point(body: Mapping[str, Any]) -> str:
    """Checks a certificate of a critical point from its own content: the statement that holds.

    The map y -> y - S F(y) takes the ball of radius r into itself if M r^2 / 2 + e r + eta <= r, and contracts where e + M r < 1.

    Raises
    ------
    Invalid
        Something does not hold.
    """
    try:
        for name in ("n", "d", *(("m",) if "m" in body else ())):
            _whole(body[name], name)
        _check(body, read(body))
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        if isinstance(error, Invalid):
            raise
        if isinstance(error, LanguageError):
            raise Invalid(f"the unit cannot be read: {error}") from None
        raise Invalid(f"the certificate is not well formed: {type(error).__name__}: {error}") from None
    return body["statement"]


def _number(value: Any, name: str) -> Ball:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Invalid(f"{name}: expected a number, got {value!r}")
    return Ball(value)


def _whole(value: Any, name: str) -> int:
    if type(value) is not int:
        raise Invalid(f"{name}: expected a whole number, got {value!r}")
    return value


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise Invalid(text)


def _check(body: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
    signs, bits = [_whole(sign, "signs") for sign in body["signs"]], _whole(body["bits"], "bits")
    _require(len(signs) == body["d"] and set(signs) <= {1, -1}, "signs: expected 1 or -1 for each coordinate")
    _require(LOW_BITS <= bits <= 10_000, "bits: expected a precision from 64 to 10000")
    stated = {name: _number(body["bounds"][name], name) for name in ("defect", "gradient", "lipschitz", "domain")}
    _require(all(value >= 0 for value in stated.values()), "a bound is negative")
    found = measure(body["unit"], arrays, signs, body["bounds"]["domain"], bits)
    for name in ("defect", "gradient", "lipschitz"):
        own = getattr(found, name)
        _require(
            bool(own <= stated[name]),
            f"{name}: {body['bounds'][name]!r} is stated, {own.str(8, radius=False)} is found",
        )
    with working(bits):
        _check_radii(body, arrays["C"], *(stated[name] for name in ("defect", "gradient", "lipschitz", "domain")))
        if "region" in body:
            check_region(body, arrays)
    _require(
        _whole(body["negative_directions"], "negative_directions") == signs.count(-1),
        "the number of negative directions is not that of the signs",
    )
    _require(body["statement"] == statement(body), "the sentence does not say what the numbers do")


def _check_radii(body: Mapping[str, Any], C: NDArray, e: Ball, eta: Ball, M: Ball, domain: Ball) -> None:
    """The theorem, and what is said about distances and the least eigenvalue."""
    names = ("h", "radius", "unique_radius", "distance", "least_eigenvalue")
    h, r, unique, distance, least = (_number(body[name], name) for name in names)
    _require(bool(e < 1 and r >= 0), "the Hessian is not shown to be invertible")
    _require(bool(M * eta <= h * (1 - e) ** 2 and h < Ball(0.5)), "h is not what is stated, or not below 1/2")
    _require(bool(r <= domain and r <= unique and unique <= domain), "the Lipschitz constant does not hold so far out")
    _require(bool(M * r**2 / 2 + e * r + eta <= r), "no critical point is shown within the radius")
    _require(bool(e + M * unique < 1), "the critical point is not shown to be the only one")
    columns = Matrix(C.tolist())
    size = _spectral(columns.transpose() * columns).sqrt()
    _require(bool(size * r <= distance), "the distance is larger than stated")
    for k, row in enumerate(columns.tolist()):
        stated = _number(body["distances"][k], "distances")
        _require(
            bool(sum((v**2 for v in row), Ball(0)).sqrt() * r <= stated), f"entry {k} may be farther away than stated"
        )
    _require(len(body["distances"]) == len(C), "expected a distance for each entry")
    _require(bool(least > 0), "the least eigenvalue is not shown to be positive")
    _require(bool(least * size**2 <= 1 - e - M * r), "the least eigenvalue is smaller than stated")
