r"""F(x+) - F(x_C) <= 2/(k+1) (F(x) - F(x_C)) if omega^2 >= 0.3082 k: the loss of softmax-ReLU regression converges linearly in a cell.

With $\lVert b \rVert_1 \le 1$ and weights that large the Hessian is within $1 \pm 1/k$ of $H_0 = G^\top W^2 G$, at every point: in terms of the chapter
before $l = 1 - 1/k$ and $\Lambda = 1 + 1/k$.  Nothing is assumed of the start, of the rank of $G$ or of the variation of the Hessian.  Across cells there
is no rate: a flat cell may consist of critical points that minimise nothing.
"""

from derivations.softmax_relu.cell import RELU, SAME, SLOPE
from derivations.softmax_relu.descent import LET, NEXT, in_cell, linear, model_of, refuted, step_claim
from derivations.softmax_relu.lipschitz import ABOVE, MASS
from resmax_sym.judge import Claim, Status

WEIGHT = f"omega**2 >= {ABOVE} * k"
FACTOR = {"k": "k > 1"}
SMALL_CASE = {"n": (2,), "m": (1,), "d": (1,)}
CRITICAL = "g == 0 * x"


def comparable(name: str, title: str, statement: str, sign: str, base: str, prose: str) -> Claim:
    """A multiple of H0 beside the Hessian, by the spectrum of B."""
    core = f"A.T @ (diag(omega**2) {sign} k * B) @ A"
    matrix = statement.removeprefix("psd(").removesuffix(")")
    return linear(
        name,
        title,
        statement,
        prose,
        parameters=FACTOR,
        assume=(MASS, WEIGHT),
        proof=(f"psd({core})", f"psd(1 / k * ({core}))", f"{matrix} == 1 / k * ({core})"),
        depends=(base,),
    )


ABOVE_ALL = comparable(
    "hessian-above",
    "The Hessian is at most 1 + 1/k times that of the regulariser",
    "psd((1 + 1 / k) * H0 - K)",
    "-",
    "softmax-eigmax-b",
    r"$B \preceq 0.3082 I \preceq W^2 / k$.",
)
BELOW_ALL = comparable(
    "hessian-below",
    "And at least 1 - 1/k times it",
    "psd(K - (1 - 1 / k) * H0)",
    "+",
    "softmax-eigmin-b",
    r"$B \succeq -0.2405 I \succeq -W^2 / k$.",
)
DECREASE = linear(
    "decrease",
    "The upper model without a hypothesis on the Hessian",
    f"at(L_tot, y) <= L_tot + {model_of('(1 + 1 / k)')}",
    r"$\Lambda = 1 + 1/k$, at every pair of points.",
    parameters=FACTOR,
    assume=(MASS, WEIGHT),
    proof=("on_segment(psd((1 + 1 / k) * H0 - K))",),
    depends=(ABOVE_ALL.id,),
)
RATE = step_claim(
    "rate",
    "One projected step of softmax regression",
    "2 / (k + 1)",
    ("(1 - 1 / k)", "(1 + 1 / k)"),
    r"$l / \Lambda = (k - 1) / (k + 1)$.",
    parameters=FACTOR | NEXT,
    share="(k - 1) / (k + 1)",
    given=(MASS, WEIGHT),
    before=("on_segment(psd(K - (1 - 1 / k) * H0))", "k - 1 > 0"),
    depends=(BELOW_ALL.id,),
)
MONOTONE = linear(
    "monotone",
    "A step that lowers the upper model lowers the loss",
    "at(L_tot, y) <= L_tot",
    r"Whatever minimises the model, be it over a part of the cell.",
    parameters=FACTOR,
    assume=(MASS, WEIGHT, f"{model_of('(1 + 1 / k)')} <= 0"),
    proof=(
        f"at(L_tot, y) <= L_tot + {model_of('(1 + 1 / k)')}",
        f"-({model_of('(1 + 1 / k)')}) >= 0",
        f"L_tot - (L_tot + {model_of('(1 + 1 / k)')}) == -({model_of('(1 + 1 / k)')})",
        f"L_tot - (L_tot + {model_of('(1 + 1 / k)')}) >= 0",
        f"L_tot + {model_of('(1 + 1 / k)')} <= L_tot",
    ),
    depends=(DECREASE.id,),
)
DISTANCE = linear(
    "distance",
    "The slope of the loss beside that of the regulariser",
    "norm(grad(L) - at(grad(L), y)) <= norm(x - y) / k",
    r"In coordinates where $H_0 = I$ weights $\omega_i^2 \ge 0.3082 k$ are $0.3082 k \lVert A \rVert^2 \le 1$.",
    parameters=FACTOR,
    let={},
    assume=(MASS, f"{ABOVE} * k * opnorm(A)**2 <= 1"),
    proof=(
        f"norm(grad(L) - at(grad(L), y)) <= {ABOVE} * opnorm(A)**2 * norm(x - y)",
        f"{ABOVE} * opnorm(A)**2 == 1 / k * ({ABOVE} * k * opnorm(A)**2)",
        f"1 / k * ({ABOVE} * k * opnorm(A)**2) <= 1 / k",
        f"{ABOVE} * opnorm(A)**2 * norm(x - y) <= 1 / k * norm(x - y)",
    ),
    depends=("relu-lipschitz-gradient-linear",),
)
CELL_RATE = in_cell(
    RATE,
    "The loss of softmax-ReLU regression converges linearly in a cell",
    r"With $\omega_i^2 \ge 0.3082 k$ and $\lVert b \rVert_1 \le 1$ each step leaves at most $2 / (k + 1)$ of the distance to the least value of the "
    r"cell, from any start, with no hypothesis on the rank of $G$ and none on the variation of the Hessian.",
)
CLAIMS = (
    ABOVE_ALL,
    in_cell(ABOVE_ALL, "The Hessian above, off the kinks", r"$\Lambda = 1 + 1/k$.", same=""),
    BELOW_ALL,
    in_cell(BELOW_ALL, "The Hessian below, off the kinks", r"$l = 1 - 1/k$.", same=""),
    DECREASE,
    in_cell(
        DECREASE,
        "The upper model of the cell holds from any point of it",
        r"The hypothesis is about $b$ and $\omega$ alone.",
    ),
    MONOTONE,
    in_cell(
        MONOTONE,
        "Monotone decrease in a cell",
        r"Across cells this is all that may be hoped for, and only of a step that is tried.",
    ),
    RATE,
    CELL_RATE,
    DISTANCE,
    in_cell(
        DISTANCE,
        "Convergence in distance from any start in a cell",
        r"The step $z \mapsto z - H_0^{-1} \nabla F(z)$ followed by the projection to the closed cell, both in the norm of $H_0$, brings two points "
        r"of the cell to within $1/k$ of their distance: a projection brings no two points further apart, and $z$ cancels against the "
        r"regulariser. With $G$ of full rank this is less than $2 / (k + 1)$, the factor of the loss.",
    ),
    refuted(
        DISTANCE,
        "distance-weight",
        "With less weight there is no contraction",
        r"$0.3082 \cdot 2 \cdot 2 > 1$.",
        statement="norm(grad(L) - at(grad(L), y)) <= norm(x - y) / 2",
        model=RELU,
        let=SLOPE,
        parameters={},
        assume=(SAME, MASS, "opnorm(A)**2 <= 2"),
        proof=(),
        sizes=SMALL_CASE,
    ),
    refuted(
        CELL_RATE,
        "rate-across",
        "Across cells there is no rate",
        r"In a flat cell no step moves, and the next cell has lower points: for $A_1 = 1$, $A_2 = (1, 0)^\top$ and $b = e_1$ the loss is "
        r"$\tfrac14$ for all $x < 0$, and its slope at $0$ from the right is $-\tfrac14$.",
        assume=CELL_RATE.assume[1:],
        sizes=SMALL_CASE,
    ),
    refuted(
        MONOTONE,
        "monotone-across",
        "A step into another cell may raise the loss",
        r"The model knows the slopes of one cell only.",
        model=RELU,
        let={**SLOPE, **LET},
        proof=(),
        sizes=SMALL_CASE,
    ),
    refuted(
        MONOTONE,
        "flat",
        "A critical point of a cell is no minimiser",
        r"The example before: all of a flat cell is critical.",
        statement="at(L_tot, y) >= L_tot",
        parameters={},
        model=RELU,
        let={**SLOPE, **LET},
        assume=(MASS, CRITICAL),
        proof=(),
        sizes=SMALL_CASE,
    ),
    Claim(
        id="relu-descent-half",
        title="Three times the least weight: half in each step",
        statement="2 / (k + 1) <= exp(-0.693)",
        parameters={"k": "k >= 3"},
        proof=(
            "k - 3 >= 0",
            "(k - 3) / (2 * (k + 1)) >= 0",
            "1 / 2 - 2 / (k + 1) == (k - 3) / (2 * (k + 1))",
            "1 / 2 - 2 / (k + 1) >= 0",
            "2 / (k + 1) <= 1 / 2",
            "1 / 2 <= exp(-0.693)",
        ),
        prose=r"$\log 2 \ge 0.693$: ten steps leave a thousandth.",
    ),
    Claim(
        id="relu-descent-half-weight",
        title="With less weight not",
        statement="2 / (k + 1) <= exp(-0.693)",
        parameters={"k": "k >= 2.99"},
        expect=(Status.REFUTED,),
        prose=r"The factor is larger than a half there.",
    ),
)
