r"""norm(r+) <= (e (1+h) + h/2) / ((1-e) (1-h)) norm(r) in the norm of H*: the sampled Newton method contracts near the optimum.

The optimum is $x$, the iterate $y$; the loss has a ridge $\mu$.  The matrix of the problem is written $A_2 A_1$, which any matrix is,
with $A_1^\top A_1 = H_*$, the Hessian at the optimum: then $\lVert A_1 z \rVert$ is its norm, while $x$, $y$, $l$ and $M$ keep their
meaning.  The Hessian is sampled by weights $\omega$ on the rows of its diagonal part; the rest of rank two is exact.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import Model

TWO_FACTORS = Model(inner_layer="s")
RANK_TWO = "(outer(p, v) + outer(v, p) - kappa * outer(v, v)) / alpha**2"
RIDGE = {"mu": "mu >= 0"}
ONE = {"g": "A.T @ q + mu * x", "K": "A.T @ B @ A + mu * eye(d)", "Ky": "at(K, y)"}
ONE["Ht"] = f"at(A.T @ (diag(delta * omega) - {RANK_TWO}) @ A + mu * eye(d), y)"
TWO = {"At": "A2 @ A1", "H0": "A1.T @ A1"} | {name: text.replace("A", "At") for name, text in ONE.items()}
VARIATION = ("on_segment(alpha > 0)", "on_segment(opnorm(K - at(K, y)) <= M * norm(x - y))")
SAMPLED = ("psd((1 + e) * Ky - Ht)", "psd(Ht - (1 - e) * Ky)")
REMAINDER = "g - at(g, y) - Ky @ (x - y)"
PARAMETERS = RIDGE | {"M": "M >= 0", "l": "l > 0", "e": "0 <= e < 1", "h": "0 <= h < 1"}
NEXT = "x - (y - solve(Ht, at(g, y)))"

CLAIMS = (
    Claim(
        id="newton-gradient",
        title="The gradient with a ridge",
        statement="grad(L + mu * inner(x, x) / 2) == g",
        parameters=RIDGE,
        let=ONE,
        prose=r"The closed form that the claims below speak of.",
        depends=("gradient",),
    ),
    Claim(
        id="newton-hessian",
        title="The Hessian with a ridge",
        statement="D(g) == K",
        parameters=RIDGE,
        let=ONE,
        prose=r"Likewise; $D$ of the gradient.",
        depends=("hessian", "newton-gradient"),
    ),
    Claim(
        id="newton-remainder",
        title="The gradient beside its linear part",
        statement=f"norm({REMAINDER}) <= M / 2 * norm(x - y)**2",
        parameters=RIDGE | {"M": "M >= 0"},
        let=ONE,
        assume=VARIATION,
        prose=r"The integral form: $\int_0^1 (K(y + s (x - y)) - K(y)) (x - y) \, ds$, with a Hessian that is $M$-Lipschitz as seen from $y$.",
        depends=("newton-hessian",),
    ),
    Claim(
        id="newton-remainder-half",
        title="The factor one half is the right one",
        statement="norm(x**2 - y**2 - 2 * y * (x - y)) <= 0.99 * norm(x - y)**2",
        expect=(Status.REFUTED,),
        prose=r"The map $x \mapsto x^2$ has a derivative that is Lipschitz with $M = 2$, and for $d = 1$ its remainder is $(x - y)^2$.",
        depends=("newton-remainder",),
    ),
    Claim(
        id="newton-contraction",
        title="Contraction of the sampled Newton method",
        statement=f"(1 - e) * (1 - h) * norm(A1 @ ({NEXT})) <= (e * (1 + h) + h / 2) * norm(A1 @ (x - y))",
        parameters=PARAMETERS,
        let=TWO,
        model=TWO_FACTORS,
        assume=("K == H0", "g == 0", "eigmin(H0) >= l", *VARIATION, "M * norm(x - y) <= h * l", *SAMPLED),
        proof=(
            "psd(h * H0 - (K - Ky))",
            "psd(h * H0 + (K - Ky))",
            "Ky - (1 - h) * H0 == (h * H0 - (K - Ky)) + (K - H0)",
            "Ht - (1 - e) * (1 - h) * H0 == (Ht - (1 - e) * Ky) + (1 - e) * (Ky - (1 - h) * H0)",
            "(1 + h) * H0 - Ky == (h * H0 + (K - Ky)) - (K - H0)",
            "e * (1 + h) * H0 - (Ht - Ky) == ((1 + e) * Ky - Ht) + e * ((1 + h) * H0 - Ky)",
            "psd(e * (1 + h) * H0 - (Ht - Ky))",
            "e * (1 + h) * H0 + (Ht - Ky) == (Ht - (1 - e) * Ky) + e * ((1 + h) * H0 - Ky)",
            f"Ht @ (x - y) + at(g, y) - (Ht - Ky) @ (x - y) == g - ({REMAINDER})",
        ),
        prose=r"The theorem, for every $n$, $d$, data and weights: $\theta = M \lVert x - y \rVert / l$ is measured in the Euclidean norm, the error "
        r"before and after the step in that of $H_*$. Nothing is asked of the sampling but $(1 - \varepsilon) H \preceq \tilde H \preceq "
        r"(1 + \varepsilon) H$ at the iterate.",
        depends=("newton-hessian", "newton-remainder", "newton-step"),
    ),
)
