r"""-(g R0^2 + 0.385 R1) <= B <= H R0^2 + 0.385 R1 where |h'| <= R0, |h''| <= R1, h = log phi: the spectrum for positive units.

Bounds of $h'$ and $h''$ carry the spectrum of the softmax matrix $B_s$ over to every positive unit, for every $n$ and $d$.  Those of $B_s$
are parameters here.
"""

from derivations.soft_residual import positive_entries, positive_half_lines
from derivations.soft_residual.positive_entries import LET, POSITIVE
from resmax_sym.judge import Claim

SPECTRUM = (*POSITIVE, "v <= R0 * u", "-v <= R0 * u", "abs(bend) <= R1")
RANGES = {"g": "g >= 0", "H": "H >= 0", "R0": "R0 >= 0", "R1": "R1 >= 0"}
SLOPES = (
    "(R0 * u - v) / u >= 0", "R0 - v / u == (R0 * u - v) / u", "R0 - v / u >= 0", "r <= R0",
    "(R0 * u - -v) / u >= 0", "R0 - -(v / u) == (R0 * u - -v) / u", "R0 - -(v / u) >= 0", "-r <= R0", "abs(r) <= R0",
)  # fmt: skip
GENERAL = {"let": LET, "proof": ("f * psi <= 0.385", "f * psi >= -8 / 27", *SLOPES)}
BASES = ("positive-unit-congruence", "entry-upper", "entry-lower")
DOWN, UP = "g * R0**2 + 0.385 * R1", "H * R0**2 + 0.385 * R1"


def ranges(*names: str) -> dict[str, str]:
    return {name: RANGES[name] for name in (*names, "R0", "R1")}


THEOREM = (
    Claim(
        id="positive-unit-lower",
        title="Least eigenvalue for a positive unit",
        statement=f"eigmin(B) >= -({DOWN})",
        parameters=ranges("g"),
        assume=(*SPECTRUM, "eigmin(Bs) >= -g"),
        prose=r"With $|h'| \le R_0$, $|h''| \le R_1$ and $B_s \ge -g$: the congruence loses at most $g R_0^2$, the diagonal at most $0.385\, R_1$.",
        depends=BASES,
        **GENERAL,
    ),
    Claim(
        id="positive-unit-upper",
        title="Largest eigenvalue for a positive unit",
        statement=f"eigmax(B) <= {UP}",
        parameters=ranges("H"),
        assume=(*SPECTRUM, "eigmax(Bs) <= H"),
        prose=r"The same from above with $B_s \le H$.",
        depends=BASES,
        **GENERAL,
    ),
    Claim(
        id="positive-unit-hessian-lower",
        title="Least curvature of the loss for a positive unit",
        statement=f"eigmin(hess(L)) >= -({DOWN}) * opnorm(A)**2",
        parameters=ranges("g"),
        let=LET,
        assume=(*SPECTRUM, "eigmin(Bs) >= -g"),
        prose=r"$\nabla^2 L = A^\top B A$, and a lower bound of $B$ that is negative is scaled by $\|A\|^2$ at most.",
        depends=("positive-unit-lower", "hessian"),
    ),
    Claim(
        id="positive-unit-hessian-upper",
        title="Largest curvature of the loss for a positive unit",
        statement=f"eigmax(hess(L)) <= ({UP}) * opnorm(A)**2",
        parameters=ranges("H"),
        let=LET,
        assume=(*SPECTRUM, "eigmax(Bs) <= H"),
        prose=r"The same from above.",
        depends=("positive-unit-upper", "hessian"),
    ),
    Claim(
        id="positive-unit-convex",
        title="Strong convexity with a regulariser, positive unit",
        statement="psd(hess(L_tot) - l * eye(d))",
        parameters={**ranges("g"), "l": "l >= 0", "s": "s > 0"},
        let=LET,
        assume=(*SPECTRUM, "eigmin(Bs) >= -g", f"omega**2 >= {DOWN} + l / s", "eigmin(A.T @ A) >= s"),
        prose=r"Weights $\omega_i^2 \ge g R_0^2 + 0.385\, R_1 + l/s$ lift $B$ to $l/s$ at least, and $A^\top A \ge s$ turns that into $l$.",
        depends=("positive-unit-lower", "total-hessian"),
    ),
)

CLAIMS = (*positive_entries.CLAIMS, *THEOREM, *positive_half_lines.CLAIMS)
