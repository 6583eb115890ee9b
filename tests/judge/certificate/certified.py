"""Claims that leave a certificate, one of each kind of evidence, and how to forge one."""

import copy

from resmax_sym.judge import Claim
from resmax_sym.judge.certificate import digest
from resmax_sym.models import SOFTMAX, Model

MAX = Model(SOFTMAX)
CLAIMS = {
    "identity": Claim("identity", "hess(L) == A.T @ B @ A"),
    "one unit": Claim("one unit", "u == v", model=MAX),
    "sizes": Claim("sizes", "B == 0 * B", sizes={"n": (1,)}),
    "steps": Claim(
        "steps", "norm(b) <= 3", assume=("norm(b) <= norm(f)", "norm(f) <= 3"), proof=("norm(b) <= norm(f)",)
    ),
    "box": Claim("box", "s**3 - s + 0.386 >= 0", parameters={"s": ""}, box={"s": "[0, 1]"}),
    "sizes and box": Claim(
        "sizes and box", "inner(f, f) >= 0.45", model=MAX, sizes={"n": (1, 2), "d": (1,)}, box={"t": "[-1/4, 1/4]"}
    ),
    "bounds": Claim("bounds", "norm(grad(L)) <= opnorm(A)", assume=("norm1(b) <= 1",), model=MAX),
    "steps with bounds": Claim(
        "steps with bounds",
        "psd((k + 1) * diag(omega**2) - k * (B + diag(omega**2)))",
        parameters={"g": "g >= 0", "k": "k > 1"},
        assume=("eigmax(B) <= g", "omega**2 >= k * g"),
        proof=("psd(diag(omega**2) - k * B)",),
    ),
    "assignment": Claim("assignment", "at(f, y) == f", assume=("y == -x",), model=Model("cosh(s)")),
    "witness": Claim("witness", "L <= R / 2", assume=("norm1(b) <= R",), parameters={"R": "R >= 1"}),
    "spectrum": Claim("spectrum", "eigmin(hess(L)) >= -0.2 * opnorm(A)**2", assume=("norm1(b) <= 1",), model=MAX),
    "pairs": Claim(
        "pairs",
        "(1 - eye(n)) * max(outer(f*b, f) - outer(f, f), 0) == 0",
        model=MAX,
        assume=("norm1(b) <= 1", "norm(omega) <= 1"),
    ),
    "cut": Claim(
        "cut",
        "trace(hess(L)) == 0",
        model=Model(SOFTMAX, inner_layer="max(s, 0)"),
        assume=("step(A1 @ x) <= 1/2",),
        sizes={"n": (1,), "d": (1,), "m": (1,)},
        box={name: "[-1, 1]" for name in ("A1", "A2", "x", "b")},
    ),
    "earlier": Claim("earlier", "psd(diag(b))", assume=("n >= 2", "psd(diag(b))"), depends=("identity",)),
}


def forge(body, change=lambda body: None):
    """The certificate after `change`, with digests that fit, its own and those of the certificates inside."""
    body = copy.deepcopy(body)
    change(body)
    body["known"] = [forge(other) for other in body["known"]]
    return {**body, "digest": digest(body)}
