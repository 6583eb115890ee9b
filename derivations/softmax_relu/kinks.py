r"""L is Lipschitz across kinks; its gradient and its Hessian jump there, and what holds at every point need not hold along a segment.

On a kink an entry of $A_1 x$ is 0 and the loss has no gradient, so that no claim about derivatives says anything there: each lists the
guard `A1 @ x != 0`. The smallest example is $n = 2$, $m = d = 1$, $A_1 = 1$, $A_2 = (1, 0)^\top$, $b = e_1$: for $x < 0$ the unit is
inactive and $L = \tfrac14$; on the other side of the kink the slope begins at $-\tfrac14$. So a flat cell may consist of points that are
no minimisers, and across cells no more can be claimed than that the loss decreases.
"""

from derivations.softmax_relu.names import LAYERED, LINEAR, SMALL_B
from resmax_sym.judge import Claim, Status

STEP = "norm(t - at(t, y))"
LAYERS = {"R": "R >= 0"}
INACTIVE = ("A1 @ x < 0", "opnorm(A1) <= R", "opnorm(A2) <= R", SMALL_B)
THERE = ("A1 @ y < 0",)
NEAR = {"A1": "[-1, 1]", "A2": "[-1, 1]"}
EXAMPLE = ("x == 0", "sum(b) == 1", "inner(b, b) == 1")
"""With n = 2 this says that t = 0 and that b is e1 or e2."""
AT_ZERO = "norm(ones(n) / n - b)**2 / 2"
"""The loss at t = 0, where f = 1/n in every entry."""

LIPSCHITZ = (
    Claim(
        id="relu-t-lipschitz-f",
        title="f is Lipschitz in t",
        statement=f"norm(f - at(f, y)) <= {STEP} / 2",
        prose=r"Stated for the linear model, of which it uses nothing but $t$: it holds of every pair of vectors.",
        model=LINEAR,
        depends=("softmax-jacobian",),
    ),
    Claim(
        id="relu-t-lipschitz-loss",
        title="The loss is Lipschitz in t",
        statement=f"abs(L - at(L, y)) <= {STEP}",
        prose=r"$\lVert q \rVert \le \lVert J \rVert \lVert c \rVert \le \tfrac12 \cdot 2$.",
        model=LINEAR,
        assume=(SMALL_B,),
        depends=("softmax-jacobian",),
    ),
    Claim(
        id="relu-lipschitz-f",
        title="f is Lipschitz across kinks",
        statement="norm(f - at(f, y)) <= opnorm(A2) * opnorm(A1) * norm(x - y) / 2",
        prose=r"No derivative in $x$ is used, and the two points may lie in any cells, or on kinks.",
        model=LAYERED,
        depends=("relu-t-lipschitz-f", "relu-lipschitz-t"),
    ),
    Claim(
        id="relu-loss-lipschitz",
        title="The loss is Lipschitz across kinks",
        statement="abs(L - at(L, y)) <= opnorm(A2) * opnorm(A1) * norm(x - y)",
        prose=r"In particular it is continuous.",
        model=LAYERED,
        assume=(SMALL_B,),
        depends=("relu-t-lipschitz-loss", "relu-lipschitz-t"),
    ),
    Claim(
        id="relu-loss-lipschitz-fifth",
        title="The constant is not below 1/5",
        statement="abs(L - at(L, y)) <= opnorm(A2) * opnorm(A1) * norm(x - y) / 5",
        prose=r"What is proved is at most five times the best constant.",
        model=LAYERED,
        assume=(SMALL_B,),
        expect=(Status.REFUTED,),
        depends=("relu-loss-lipschitz",),
    ),
)

FLAT = (
    Claim(
        id="relu-inactive-t",
        title="No active unit, no output",
        statement="norm(t) <= 0",
        prose=r"All inner units are inactive. $R$ may be any number that large.",
        model=LAYERED,
        parameters=LAYERS,
        assume=INACTIVE,
    ),
    Claim(
        id="relu-inactive-gradient",
        title="No active unit, no slope",
        statement="norm(grad(L)) <= 0",
        prose=r"Every point of the cell is a critical point, whatever the loss is there.",
        model=LAYERED,
        parameters=LAYERS,
        assume=INACTIVE,
        depends=("relu-gradient", "relu-step-norm"),
    ),
    Claim(
        id="relu-inactive-flat",
        title="The loss is constant in that cell",
        statement="abs(L - at(L, y)) <= 0",
        prose=r"$t = 0$ at both points.",
        model=LAYERED,
        parameters=LAYERS,
        assume=(*INACTIVE, *THERE),
        depends=("relu-inactive-t", "relu-t-lipschitz-loss"),
    ),
    Claim(
        id="relu-inactive-minimum",
        title="Its points are no minimisers",
        statement="L <= at(L, y)",
        prose=r"In the example $L = \tfrac14$ for $x < 0$, and less for $y > 0$.",
        model=LAYERED,
        assume=("A1 @ x < 0", SMALL_B),
        expect=(Status.REFUTED,),
        depends=("relu-inactive-gradient",),
    ),
    Claim(
        id="relu-kink-slope",
        title="The slope from one side, at t = 0",
        statement="grad(L) == A.T @ (sum(b) / n - b) / n",
        prose=r"Every cell reaches up to $x = 0$, where $t = 0$; there its gradient tends to that of the linear model with $A = G$. So the "
        r"gradient jumps by $(G - G')^\top (\langle b, \mathbf 1 \rangle / n - b) / n$ between two cells: in the example by $-\tfrac14$.",
        model=LINEAR,
        assume=("x == 0",),
        depends=("gradient",),
    ),
    Claim(
        id="relu-example-loss",
        title="The loss of the example up to the kink",
        statement="L == 1/4",
        prose=r"$t = 0$ there, as at $x = 0$; $b = e_1$ or $e_2$.",
        model=LINEAR,
        assume=(*EXAMPLE, "n == 2"),
        proof=(
            "L == (1 / n - 2 * sum(b) / n + inner(b, b)) / 2",
            "(1 / n - 2 * sum(b) / n + inner(b, b)) / 2 == 1/4",
        ),
        depends=("relu-kink-slope",),
    ),
    Claim(
        id="relu-example-slope",
        title="The slope of the example beyond the kink",
        statement="inner(b, q) == -1/4",
        prose=r"With $A_1 = 1$ and $A_2 = b$ the slope from the right is $\langle b, q \rangle$ at $t = 0$; from the left it is 0.",
        model=LINEAR,
        assume=(*EXAMPLE, "n == 2"),
        proof=(
            "inner(b, q) == sum(b) * sum(b) / n**2 - inner(b, b) / n",
            "sum(b) * sum(b) / n**2 - inner(b, b) / n == -1/4",
        ),
        depends=("relu-kink-slope",),
    ),
    Claim(
        id="relu-example-slope-rows",
        title="With more rows it is another one",
        statement="inner(b, q) == -1/4",
        prose=r"In general $1/n^2 - 1/n$.",
        model=LINEAR,
        assume=EXAMPLE,
        expect=(Status.REFUTED,),
        depends=("relu-example-slope",),
    ),
)

JUMPS = (
    Claim(
        id="relu-gradient-jump",
        title="The gradient jumps",
        statement="norm(grad(L) - at(grad(L), y)) <= 1/5",
        prose=r"Two points less than $\tfrac1{500}$ apart, on two sides of a kink, with layers whose entries are at most 1.",
        model=LAYERED,
        assume=("simplex(b)", "norm(x) <= 1/1000", "y == -x"),
        box=NEAR,
        expect=(Status.REFUTED,),
        depends=("relu-gradient", "relu-kink-slope"),
    ),
    Claim(
        id="relu-gradient-lipschitz",
        title="The gradient is not Lipschitz across a kink",
        statement="norm(grad(L) - at(grad(L), y)) <= 100 * norm(x - y)",
        prose=r"Nor with any other constant: the jump stays as the points come together.",
        model=LAYERED,
        assume=("simplex(b)", "y == -x"),
        box=NEAR,
        expect=(Status.REFUTED,),
        depends=("relu-gradient",),
    ),
    Claim(
        id="relu-hessian-lipschitz",
        title="The Hessian is not Lipschitz across a kink",
        statement="opnorm(hess(L) - at(hess(L), y)) <= 10 * norm(x - y)",
        prose=r"In a cell it is, with a constant of $G$ alone.",
        model=LAYERED,
        assume=("simplex(b)", "opnorm(A1) <= 1", "opnorm(A2) <= 1"),
        expect=(Status.REFUTED,),
        depends=("relu-hessian",),
    ),
    Claim(
        id="relu-convex-across-kink",
        title="The loss is not convex across a kink",
        statement=f"{AT_ZERO} <= (L + at(L, y)) / 2",
        prose=r"The left side is the loss at 0, the middle of the segment from $x$ to $-x$. In the example the loss is constant up to the "
        r"kink and falls beyond it.",
        model=LAYERED,
        assume=("simplex(b)", "y == -x"),
        expect=(Status.REFUTED,),
        depends=("relu-kink-slope",),
    ),
)
CLAIMS = (*LIPSCHITZ, *FLAT, *JUMPS)
