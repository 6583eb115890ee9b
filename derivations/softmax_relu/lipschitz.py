r"""||H(x) - H(y)|| <= 0.57140736 ||G||^3 ||x - y|| inside a cell, and ||G|| <= ||A1|| ||A2||: Lipschitz constants free of n, m and d.

Each is a theorem about softmax regression, carried over to the cell with $A = G$. Across a kink there is no such constant for the gradient, let
alone for the Hessian; what $t$ and $f$ move by is bounded everywhere.
"""

import dataclasses

from derivations.soft_residual.lipschitz import SOFT
from derivations.soft_residual.sharp_lipschitz import SMALL, ZERO
from derivations.softmax_relu.cell import LINEAR, RELU, SAME, SLOPE, carried
from resmax_sym.judge import Claim, Status

MASS, STEP, LAYERS = "norm1(b) <= 1", "norm(x - y)", "(opnorm(A2) * opnorm(A1))"
BELOW, ABOVE = "0.24040881", "0.30811715"
GRADIENT = Claim(
    id="relu-lipschitz-gradient-linear",
    title="Softmax: the gradient is Lipschitz with the sharp bound of the Hessian",
    statement=f"norm(grad(L) - at(grad(L), y)) <= {ABOVE} * opnorm(A)**2 * {STEP}",
    model=LINEAR,
    assume=(MASS,),
    proof=(f"on_segment(eigmin(B) >= -{BELOW})", f"on_segment(eigmax(B) <= {ABOVE})"),
    prose=r"The mean value inequality with the spectrum of $B$ at each point of the segment.",
    depends=("softmax-eigmin-b", "softmax-eigmax-b", "hessian"),
)
BASES = {claim.id: claim for claim in (*SMALL.claims(), *ZERO.claims(), *SOFT)}


def in_layers(inside: Claim, name: str, title: str, constant: str, power: str, prose: str) -> Claim:
    """The constant of a cell in terms of the norms of the two layers."""
    small, large = inside.statement.split(" <= ")
    return dataclasses.replace(
        inside,
        id=name,
        title=title,
        statement=f"{small} <= {constant} * {LAYERS}{power} * {STEP}",
        prose=prose,
        proof=("opnorm(A) <= opnorm(A2) * opnorm(A1)", f"opnorm(A){power} <= {LAYERS}{power}", f"{small} <= {large}"),
        depends=(inside.id,),
    )


HESSIAN = carried(
    BASES["sharp-lipschitz-hessian"],
    "relu-lipschitz-hessian",
    "The Hessian is Lipschitz inside a cell",
    r"For every $n$, $m$ and $d$. The constant is the sharp one of softmax regression.",
)
CELL_GRADIENT = carried(
    GRADIENT,
    "relu-lipschitz-gradient",
    "The gradient is Lipschitz inside a cell",
    r"The constant is the largest eigenvalue that $B$ can have.",
)


def refuted(name: str, title: str, statement: str, prose: str, *assume: str, **rest) -> Claim:
    """What is too much to ask for."""
    return Claim(
        id=f"relu-lipschitz-{name}",
        title=title,
        statement=statement,
        model=RELU,
        let=SLOPE,
        assume=assume,
        expect=(Status.REFUTED,),
        prose=prose,
        **rest,
    )


CLAIMS = (
    HESSIAN,
    in_layers(
        HESSIAN,
        "relu-lipschitz-hessian-layers",
        "The constant of the Hessian from the two layers",
        "0.57140736",
        "**3",
        r"$\lVert G \rVert \le \lVert A_1 \rVert \lVert A_2 \rVert$, for the step matrix has norm at most 1.",
    ),
    carried(
        BASES["zero-lipschitz-hessian"],
        "relu-lipschitz-hessian-zero",
        "The Hessian without a target",
        r"$b = 0$ allows a smaller constant.",
    ),
    GRADIENT,
    CELL_GRADIENT,
    in_layers(
        CELL_GRADIENT,
        "relu-lipschitz-gradient-layers",
        "The constant of the gradient from the two layers",
        ABOVE,
        "**2",
        r"Likewise.",
    ),
    carried(
        BASES["softmax-lipschitz-f"],
        "relu-lipschitz-f-cell",
        "f is Lipschitz inside a cell",
        r"$\lVert J \rVert \le \tfrac12$.",
    ),
    refuted(
        "hessian-sharp",
        "The constant of the Hessian cannot be lowered by much",
        f"opnorm(hess(L) - at(hess(L), y)) <= 0.55 * opnorm(A)**3 * {STEP}",
        r"Refuted inside a cell, with $n = 2$ and one hidden entry.",
        SAME,
        MASS,
        sizes={"n": (2,), "m": (1,), "d": (1,)},
    ),
    refuted(
        "gradient-sharp",
        "Nor that of the gradient",
        f"norm(grad(L) - at(grad(L), y)) <= 0.28 * opnorm(A)**2 * {STEP}",
        r"Inside a cell as well.",
        SAME,
        MASS,
        sizes={"n": (2,), "m": (1,), "d": (1,)},
    ),
    refuted(
        "gradient-across",
        "Across a kink the gradient has no Lipschitz constant",
        f"norm(grad(L) - at(grad(L), y)) <= 1000 * {LAYERS}**2 * {STEP}",
        r"It jumps. The exact pair of points that shows it is a claim of the chapter on kinks.",
        MASS,
        sizes={"n": (2,), "m": (1,), "d": (1,)},
    ),
    refuted(
        "needs-mass",
        "A bound of the target is needed",
        f"opnorm(hess(L) - at(hess(L), y)) <= 0.57140736 * opnorm(A)**3 * {STEP}",
        r"The Hessian is affine in $b$.",
        SAME,
        sizes={"n": (2,), "m": (1,), "d": (1,)},
    ),
)
