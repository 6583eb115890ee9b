"""certify_in_region(A1, A2, ...): a critical point of the softmax-ReLU loss within a stated radius of x, inside its activation region.

On the region of x the loss is that of the linear model with A = G = A2 diag(s) A1.  The linear certificate for G, taken in balls
since G in doubles is another matrix, gives a critical point of the smooth extension; it is one of the loss itself where the ball
that holds it lies inside the region.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sps
from numpy.typing import ArrayLike, NDArray

from resmax_sym.judge.certificate import Invalid
from resmax_sym.lang import LanguageError
from resmax_sym.models import SOFTMAX
from resmax_sym.region import Region
from resmax_sym.solve.certificate import file as certificate_file
from resmax_sym.solve.certificate.balls import Ball, Undefined, matrix
from resmax_sym.solve.certificate.certified import Certificate, NotCertified, too_large
from resmax_sym.solve.certificate.kantorovich import MARGIN, below
from resmax_sym.solve.certificate.scaled import Instance
from resmax_sym.solve.certificate.search import Failed, Found, first_frame, search
from resmax_sym.solve.certificate.series import working
from resmax_sym.solve.kernels import kernel_of
from resmax_sym.solve.problem import Problem

__all__ = ["certify_in_region"]

SIGNS = {1: "+", -1: "-", 0: "0"}


def certify_in_region(
    A1: ArrayLike | sps.sparray,
    A2: ArrayLike | sps.sparray,
    b: ArrayLike,
    omega: float | ArrayLike,
    x: ArrayLike,
    unit: str = SOFTMAX,
) -> Certificate | NotCertified:
    """A Newton-Kantorovich certificate at x for t = A2 max(A1 x, 0), which holds inside the activation region of x.

    Parameters
    ----------
    A1, A2 : array_like or sparse, shapes (m, d) and (n, m)
        Their doubles, like those of b and omega, are taken as exact.
    b : array_like, shape (n,)
    omega : float or array_like, shape (n,)
    x : array_like, shape (d,)
    unit : str

    Returns
    -------
    Certificate or NotCertified
        The latter is false and says why: besides the reasons of `certify`, x on a kink, or a ball that meets one.

    Raises
    ------
    ValueError
        On data that `Region`, `Problem` or `kernel_of` reject.
    """
    region = Region.of(A1, x)
    x = region.kinks.point(x)
    if not region.is_open:
        return NotCertified(
            f"x lies on the kink of row {region.on_kinks[0]} of A1: a certificate is about one activation region"
        )
    if not region.active.any():
        return NotCertified(
            "no row of A1 x is positive: t = 0 on the whole activation region of x, and the Hessian is 0"
        )
    n, d = np.shape(A2)[0], region.kinks.d
    refused = too_large(n, d, n * d * int(region.active.sum()))
    if refused is not None:
        return refused
    G = _dense(region.jacobian(A2))
    problem = Problem(G, b, omega, kernel=kernel_of(unit))
    layers = {"A1": _dense(region.kinks.A1), "A2": _dense(A2)}
    factors = (layers["A2"][:, region.active], layers["A1"][region.active])
    instance = Instance(problem.kernel.UNIT, G, problem.b, problem.omega, x, layers, factors)
    try:
        found = search(instance, *first_frame(problem, x, "G = A2 D A1"))
        return Certificate(_body(instance, region, found))
    except (Failed, Undefined, Invalid, LanguageError) as failure:
        return NotCertified(f"in the activation region of x, where A = G: {failure}")


def _dense(A: Any) -> NDArray:
    return np.asarray(A.toarray() if sps.issparse(A) else A, dtype=float)


@dataclass(frozen=True)
class _Room:
    """How far the nearest kink is: in the norm of C^-1 (x* - x), where it is that of `row`, and from x."""

    row: int
    reach: float
    distance: float


def _body(instance: Instance, region: Region, found: Found) -> dict[str, Any]:
    """The certificate as data, its ball of uniqueness cut to the region.

    Raises
    ------
    Failed
        The ball that holds the critical point meets a kink.
    """
    near, numbers = region.nearest_kink(instance.x), dict(found.numbers)
    room = _room(region, instance.x, found.arrays["C"], numbers["bits"])
    if not numbers["radius"] < room.reach:
        raise Failed(
            f"the ball that holds its critical point (norm(x* - x) <= {numbers['distance']:.3g}) meets the kink of row {room.row} of A1, "
            f"which is {room.distance:.3g} away from x; solve to a smaller gradient, or start in another region"
        )
    numbers["unique_radius"] = min(numbers["unique_radius"], room.reach)
    distance = math.nextafter(near.distance * (1 - 2.0**-40), 0)
    if not distance > 0:
        raise Failed(f"the kink of row {near.rows[0]} of A1 is nearer than doubles can say")
    numbers["kink"] = {"row": near.rows[0], "distance": distance}
    numbers["region"] = "".join(SIGNS[sign] for sign in region.signs)
    return certificate_file.body_of(instance.unit, found.arrays, numbers)


def _room(region: Region, x: NDArray, C: NDArray, bits: int) -> _Room:
    """min_i |A1[i] x| / norm(A1[i] C), rounded down."""
    rooms = []
    kinks = region.kinks
    with working(bits):
        images = (matrix(_dense(kinks.A1)) * matrix(C)).tolist()
        for i in np.flatnonzero(~kinks.is_zero).tolist():
            value, size = abs(Ball(kinks.exact(i, x))), sum((v**2 for v in images[i]), Ball(0)).sqrt()
            rooms.append(_Room(i, below(value / (MARGIN * size)), float(value / Ball(kinks.square(i)).sqrt())))
    return min(rooms, key=lambda room: room.reach)
