r"""(1 - h - e) norm(r+) <= (e + h/2) norm(r) if opnorm(H~ - H) <= e l: in the Euclidean norm a relative error is not enough."""

from derivations.newton.contraction import NEXT, ONE, REMAINDER, RIDGE, VARIATION
from derivations.newton.order import of_triple
from resmax_sym.judge import Claim, Status

RELATIVE = ("omega >= 9 / 10", "omega <= 11 / 10")

CLAIMS = (
    of_triple(
        "euclidean-relative",
        "A relative error does not contract in the Euclidean norm",
        "norm(y - solve(Ht, H0 @ y)) <= norm(y)",
        r"$H_* = A^\top A$, a quadratic loss, and $0.9 H_* \preceq \tilde H \preceq 1.1 H_*$, since all weights are that near to 1. For an ill "
        r"conditioned $H_*$ the Euclidean error may grow; in the norm of $H_*$ it shrinks to a ninth.",
        parameters={},
        assume=RELATIVE,
        expect=(Status.REFUTED,),
        depends=("newton-step-quadratic",),
    ),
    of_triple(
        "weights-relative",
        "Weights near 1 are a relative error",
        "psd(Ht - 9 / 10 * H0)",
        r"So the claim before speaks of less than the hypothesis of the contraction allows.",
        parameters={},
        assume=RELATIVE,
        proof=("psd(A.T @ diag(omega - 9 / 10) @ A)",),
    ),
    Claim(
        id="newton-euclidean",
        title="An absolute error does",
        statement=f"(1 - h - e) * l * norm({NEXT}) <= (e + h / 2) * l * norm(x - y)",
        parameters=RIDGE | {"M": "M >= 0", "l": "l > 0", "e": "e >= 0", "h": "h >= 0"},
        let=ONE,
        assume=(
            "g == 0",
            "eigmin(K) >= l",
            *VARIATION,
            "M * norm(x - y) <= h * l",
            "opnorm(Ht - Ky) <= e * l",
        ),
        proof=(
            "Ht == K - (K - Ky) + (Ht - Ky)",
            "eigmin(Ht) >= (1 - h - e) * l",
            f"Ht @ (x - y) + at(g, y) == (Ht - Ky) @ (x - y) + (g - ({REMAINDER}))",
        ),
        prose=r"With $\lVert \tilde H - H \rVert \le \varepsilon l$ the rate is $(\varepsilon + \theta / 2) / (1 - \theta - \varepsilon)$. For a Hessian "
        r"of condition number $\kappa$ this asks for a sample $\kappa$ times as accurate.",
        depends=("newton-remainder",),
    ),
    Claim(
        id="newton-energy-to-euclidean",
        title="The two norms do not shrink together",
        statement="norm(x) <= norm(y) / 2",
        assume=("norm(A @ x) <= norm(A @ y) / 2",),
        expect=(Status.REFUTED,),
        prose=r"A smaller error in the norm of $A^\top A$ may be a larger one in the Euclidean norm: this is why the iteration count has the "
        r"condition number in it.",
    ),
)
