r"""hess L_tot is positive semidefinite off the kinks as soon as the regulariser outweighs B; definite takes more.

The Hessian is $G^\top (B + W^2) G$ with $W = \operatorname{diag}(\omega)$, and congruence with $G$ keeps semidefiniteness. The constants
are those of the linear model, $-0.24041 I \preceq B \preceq 0.30812 I$ for $\lVert b \rVert_1 \le 1$: they are statements about $t$
alone, so they hold however $t$ is made. $G$ loses rank where units are inactive, hence semidefinite is all that can be said for every
point; a ridge $\tfrac{\mu}{2} \lVert x \rVert^2$ or a bound of $G^\top G$ from below makes it definite.  And semidefinite at every point
where there is a Hessian is not convex: the kinks lie in between.
"""

from derivations.soft_residual.sharp_terms import NEAR
from derivations.softmax_relu.gradient import LOGISTIC
from derivations.softmax_relu.kinks import AT_ZERO
from derivations.softmax_relu.names import LAYER, LAYERED, SMALL_B, SOFTPLUS
from resmax_sym.judge import Claim, Status

WEIGHT = {"g": "g >= 0"}
LOWER = "eigmin(B) >= -g"
HEAVY = f"omega**2 >= {NEAR['g']}"
RIDGE = "L_tot + mu * inner(x, x) / 2"

SPECTRUM = (
    Claim(
        id="relu-convexity",
        title="Is the loss convex in its cells?",
        statement="psd(hess(L))",
        prose=r"No more than it is without a layer.",
        model=LAYERED,
        assume=("simplex(b)",),
        expect=(Status.REFUTED,),
        depends=("relu-hessian",),
    ),
    Claim(
        id="relu-eigmin-b",
        title="Least eigenvalue of B",
        statement=f"eigmin(B) >= -{NEAR['g']}",
        prose=r"The claim about the linear model knows $A$ and $x$ through $t$ alone, so it holds of every vector $t$.",
        model=LAYERED,
        assume=(SMALL_B,),
        depends=("softmax-eigmin-b",),
    ),
    Claim(
        id="relu-eigmin-b-sharp",
        title="The lower constant cannot be raised",
        statement="eigmin(B) >= -0.2404",
        prose=r"Attained at $n = 2$.",
        model=LAYERED,
        assume=(SMALL_B, "n == 2"),
        expect=(Status.REFUTED,),
        depends=("relu-eigmin-b",),
    ),
    Claim(
        id="relu-eigmax-b",
        title="Largest eigenvalue of B",
        statement=f"eigmax(B) <= {NEAR['g2']}",
        prose=r"Likewise.",
        model=LAYERED,
        assume=(SMALL_B,),
        depends=("softmax-eigmax-b",),
    ),
    Claim(
        id="relu-hessian-below",
        title="The Hessian from below",
        statement=f"eigmin(hess(L)) >= -{NEAR['g']} * opnorm(A2)**2 * opnorm(A1)**2",
        prose=r"$G^\top B G$ with $\lVert G \rVert \le \lVert A_2 \rVert \lVert A_1 \rVert$, in every cell.",
        model=LAYERED,
        assume=(SMALL_B,),
        depends=("relu-hessian", "relu-eigmin-b", "relu-layer-norm"),
    ),
    Claim(
        id="relu-hessian-above",
        title="The Hessian from above",
        statement=f"eigmax(hess(L)) <= {NEAR['g2']} * opnorm(A2)**2 * opnorm(A1)**2",
        prose=r"Likewise.",
        model=LAYERED,
        assume=(SMALL_B,),
        depends=("relu-hessian", "relu-eigmax-b", "relu-layer-norm"),
    ),
    Claim(
        id="relu-hessian-below-sharp",
        title="The constant is the right one",
        statement="eigmin(hess(L)) >= -0.24 * opnorm(A2)**2 * opnorm(A1)**2",
        prose=r"Attained with one active unit.",
        model=LAYERED,
        assume=(SMALL_B,),
        expect=(Status.REFUTED,),
        depends=("relu-hessian-below",),
    ),
)

REGULARISED = (
    Claim(
        id="relu-regularised-psd",
        title="Semidefinite with the regulariser",
        statement="psd(hess(L_tot))",
        prose=r"$\nabla^2 L_{\mathrm{tot}} = G^\top (B + W^2) G$, and the bracket is semidefinite, in every cell.",
        model=LAYERED,
        parameters=WEIGHT,
        assume=(LOWER, "omega**2 >= g"),
        depends=("relu-total-hessian",),
    ),
    Claim(
        id="relu-softmax-psd",
        title="Semidefinite with an explicit weight",
        statement="psd(hess(L_tot))",
        prose=r"Which regulariser it takes: $\omega_i^2 \ge 0.24040881$ for every row, a condition that does not depend on $A_1$, $A_2$ or $x$.",
        model=LAYERED,
        assume=(SMALL_B, HEAVY),
        depends=("relu-eigmin-b", "relu-regularised-psd"),
    ),
    Claim(
        id="relu-softmax-psd-weight",
        title="Five per cent less is not enough",
        statement="psd(hess(L_tot))",
        prose=r"With $\omega_i^2 = 0.2304$ there is a direction of negative curvature at $n = 2$ already.",
        model=LAYERED,
        assume=(SMALL_B, "omega == 12/25", "n == 2"),
        expect=(Status.REFUTED,),
        depends=("relu-softmax-psd",),
    ),
    Claim(
        id="relu-curved-psd",
        title="The extra term of a curved layer has either sign",
        statement="psd(A1.T @ diag((A2.T @ (q + omega**2 * t)) * r * (1 - r)) @ A1)",
        let=LOGISTIC,
        prose=r"For a softplus layer the Hessian has this term besides. Its factor is the gradient in $\rho(A_1 x)$, so that for no weight it is "
        r"semidefinite everywhere: it grows with $\omega^2$ as well.",
        model=SOFTPLUS,
        expect=(Status.REFUTED,),
        depends=("relu-hessian-softplus", "relu-regularised-psd"),
    ),
    Claim(
        id="relu-psd-not-convex",
        title="Semidefinite at every point is not convex",
        statement=f"{AT_ZERO} <= (L_tot + at(L_tot, y)) / 2",
        prose=r"The weight makes every Hessian semidefinite, and still the loss at the middle of a segment exceeds the mean of the ends: at a "
        r"kink in between, the slope falls.",
        model=LAYERED,
        assume=(SMALL_B, HEAVY, "y == -x"),
        expect=(Status.REFUTED,),
        depends=("relu-softmax-psd", "relu-convex-across-kink"),
    ),
)

DEFINITE = (
    Claim(
        id="relu-never-strong",
        title="The weights alone do not make it definite",
        statement="psd(hess(L_tot) - l * eye(d))",
        prose=r"Not even where both layers have full rank: one inactive unit is enough for a flat direction.",
        model=LAYERED,
        parameters=WEIGHT | {"l": "l > 0"},
        assume=(LOWER, "omega**2 >= g + l", "eigmin(A1.T @ A1) >= 1", "eigmin(A2.T @ A2) >= 1"),
        expect=(Status.REFUTED,),
        depends=("relu-regularised-psd",),
    ),
    Claim(
        id="relu-strong",
        title="Definite where G has rank d",
        statement="psd(hess(L_tot) - l * eye(d))",
        let=LAYER,
        prose=r"$\omega_i^2 \ge \gamma + l / s$ with $G^\top G \succeq s I$ gives the modulus $l$ in the cell.",
        model=LAYERED,
        parameters=WEIGHT | {"l": "l > 0", "s": "s > 0"},
        assume=(LOWER, "eigmin(G.T @ G) >= s", "omega**2 >= g + l / s"),
        depends=("relu-total-hessian", "relu-regularised-psd"),
    ),
    Claim(
        id="relu-softmax-strong",
        title="Definite with explicit numbers",
        statement="psd(hess(L_tot) - l * eye(d))",
        let=LAYER,
        prose=r"The same with the constant of softmax.",
        model=LAYERED,
        parameters={"l": "l > 0", "s": "s > 0"},
        assume=(SMALL_B, "eigmin(G.T @ G) >= s", f"omega**2 >= {NEAR['g']} + l / s"),
        depends=("relu-eigmin-b", "relu-strong"),
    ),
    Claim(
        id="relu-strong-modulus",
        title="The modulus is not larger",
        statement="psd(hess(L_tot) - 2 * l * eye(d))",
        let=LAYER,
        prose=r"Where $B$ attains $-\gamma$ the weight leaves $l$ and no more.",
        model=LAYERED,
        parameters=WEIGHT | {"l": "l > 0", "s": "s > 0"},
        assume=(LOWER, "eigmin(G.T @ G) >= s", "omega**2 >= g + l / s"),
        expect=(Status.REFUTED,),
        depends=("relu-strong",),
    ),
    Claim(
        id="relu-ridge",
        title="Definite with a ridge",
        statement=f"psd(hess({RIDGE}) - mu * eye(d))",
        prose=r"A ridge adds $\mu$ to every eigenvalue, whatever the signs of the units are: $\lambda_{\min} \ge \mu$ in every cell, with "
        r"nothing assumed of the layers.",
        model=LAYERED,
        parameters=WEIGHT | {"mu": "mu >= 0"},
        assume=(LOWER, "omega**2 >= g"),
        proof=(f"hess({RIDGE}) - mu * eye(d) == hess(L_tot)", "psd(hess(L_tot))"),
        depends=("relu-regularised-psd",),
    ),
    Claim(
        id="relu-ridge-alone",
        title="A ridge does not replace the weights",
        statement="psd(hess(L + mu * inner(x, x) / 2))",
        prose=r"Without $\omega$ the negative curvature grows with the square of the layers' norms.",
        model=LAYERED,
        parameters={"mu": "mu >= 0"},
        assume=("mu >= 1", "simplex(b)"),
        expect=(Status.REFUTED,),
        depends=("relu-ridge",),
    ),
)
CLAIMS = (*SPECTRUM, *REGULARISED, *DEFINITE)
