r"""step(A1 x) == step(A1 y): inside an activation cell the model is the linear one, t = G x with one matrix G.

The cell of $x$ is the set of $z$ for which the entries of $A_1 z$ have the signs of those of $A_1 x$, none being 0.  It is convex and open, and on
it $t(z) = G z$ with $G = A_2 \operatorname{diag}(\mathrm{step}(A_1 x)) A_1$.  A claim about the linear model $t = A x$, for every $A$, is therefore one
about the cell, with $A = G$; here $A$ abbreviates $G$, so that both claims are written alike.
"""

import dataclasses

from resmax_sym.judge import Claim, Status
from resmax_sym.models import RELU as KINKED
from resmax_sym.models import SOFTMAX, Model

LINEAR, RELU = Model(SOFTMAX), Model(SOFTMAX, inner_layer=KINKED)
SLOPE = {"A": "A2 @ diag(step(A1 @ x)) @ A1"}
SAME, PRODUCT = "step(A1 @ x) == step(A1 @ y)", "(A1 @ x) * (A1 @ y) > 0"


def carried(base: Claim, name: str, title: str, prose: str, same: str = SAME) -> Claim:
    """What a claim about the linear model says of a cell."""
    return dataclasses.replace(
        base,
        id=name,
        title=title,
        prose=prose,
        model=RELU,
        let={**SLOPE, **base.let},
        assume=(*((same,) if same else ()), *base.assume),
        proof=(),
        depends=(base.id,),
    )


def of_cell(name: str, title: str, statement: str, prose: str, **rest) -> Claim:
    """A claim about the model with the inner layer max(s, 0)."""
    return Claim(id=f"relu-cell-{name}", title=title, statement=statement, prose=prose, model=RELU, **rest)


DIFFERENCE = Claim(
    id="relu-cell-difference-linear",
    title="What t moves by, without an inner layer",
    statement="t - at(t, y) == A @ (x - y)",
    model=LINEAR,
    prose=r"$A x - A y$; the claim that is carried over to a cell.",
)
SLOPES = Claim(
    id="relu-cell-slope-linear",
    title="The slope is the same everywhere, without an inner layer",
    statement="at(D(t), y) == A",
    model=LINEAR,
    prose=r"$t = A x$.",
)
MARGIN = Claim(
    id="relu-cell-margin-number",
    title="A number that moves by less than its size keeps its sign",
    statement="a1 * a2 > 0",
    parameters={"a1": "", "a2": ""},
    assume=("abs(a1 - a2) < abs(a1)",),
    proof=(
        "abs(a1) - abs(a1 - a2) > 0",
        "abs(a1) + abs(a1 - a2) >= abs(a1) - abs(a1 - a2)",
        "abs(a1) + abs(a1 - a2) > 0",
        "(abs(a1) - abs(a1 - a2)) * (abs(a1) + abs(a1 - a2)) > 0",
        "(abs(a1) - abs(a1 - a2)) * (abs(a1) + abs(a1 - a2)) == 2 * (a1 * a2) - a2**2",
        "2 * (a1 * a2) - a2**2 > 0",
        "a2**2 >= 0",
        "(2 * (a1 * a2) - a2**2) + a2**2 > 0",
        "1 / 2 * ((2 * (a1 * a2) - a2**2) + a2**2) > 0",
        "a1 * a2 == 1 / 2 * ((2 * (a1 * a2) - a2**2) + a2**2)",
    ),
    prose=r"$(p - q)^2 < p^2$, that is $q^2 < 2 p q$.",
)
BETWEEN = Claim(
    id="relu-cell-between-number",
    title="A number between two of one sign has that sign",
    statement="a1 * ((1 - s) * a1 + s * a2) > 0",
    parameters={"a1": "", "a2": "", "s": "0 < s <= 1"},
    assume=("a1 * a2 > 0",),
    proof=(
        "(1 - s) * a1**2 >= 0",
        "s * (a1 * a2) > 0",
        "(1 - s) * a1**2 + s * (a1 * a2) > 0",
        "a1 * ((1 - s) * a1 + s * a2) == (1 - s) * a1**2 + s * (a1 * a2)",
    ),
    prose=r"$p ((1 - s) p + s q) = (1 - s) p^2 + s p q$ with $p q > 0$.",
)
BALL = of_cell(
    "ball",
    "A ball in the cell",
    PRODUCT,
    r"The radius $r / \lVert A_1 \rVert$, where $r$ is at most the least entry of $|A_1 x|$. The distance to the nearest kink is the least "
    r"$|a_i^\top x| / \lVert a_i \rVert$, with rows $a_i$ of $A_1$, and $\lVert a_i \rVert \le \lVert A_1 \rVert$.",
    parameters={"r": "r > 0"},
    assume=("opnorm(A1) * norm(x - y) < r", "abs(A1 @ x) >= r"),
    proof=(
        "norminf(A1 @ x - A1 @ y) <= opnorm(A1) * norm(x - y)",
        "norminf(A1 @ x - A1 @ y) < r",
        "abs(A1 @ x - A1 @ y) <= norminf(A1 @ x - A1 @ y)",
        "abs(A1 @ x - A1 @ y) < abs(A1 @ x)",
    ),
    depends=(MARGIN.id,),
)
CLAIMS = (
    DIFFERENCE,
    SLOPES,
    carried(
        DIFFERENCE,
        "relu-cell-difference",
        "What t moves by inside a cell",
        r"$t(x) - t(y) = G (x - y)$ if $x$ and $y$ are in one cell.",
    ),
    carried(
        SLOPES,
        "relu-cell-slope",
        "The slope is the same in all of a cell",
        r"$Dt(y) = G$, which is made of the signs at $x$.",
    ),
    of_cell(
        "difference-across",
        "Across a kink it is not so",
        "t - at(t, y) == A @ (x - y)",
        r"Without the hypothesis that $x$ and $y$ are in one cell.",
        let=SLOPE,
        expect=(Status.REFUTED,),
    ),
    BETWEEN,
    of_cell(
        "convex",
        "A cell is convex",
        "(A1 @ x) * (A1 @ ((1 - s) * x + s * y)) > 0",
        r"Every point between $x$ and $y$ has their signs; $s = 0$ is $x$ itself.",
        parameters={"s": "0 < s <= 1"},
        assume=(PRODUCT,),
        proof=(
            "(A1 @ x) * ((1 - s) * (A1 @ x) + s * (A1 @ y)) > 0",
            "(A1 @ x) * (A1 @ ((1 - s) * x + s * y)) == (A1 @ x) * ((1 - s) * (A1 @ x) + s * (A1 @ y))",
        ),
        depends=(BETWEEN.id,),
    ),
    MARGIN,
    of_cell(
        "margin",
        "Points near x are in its cell",
        PRODUCT,
        r"If each entry of $A_1 x$ moves by less than its size, none reaches 0.",
        assume=("abs(A1 @ x - A1 @ y) < abs(A1 @ x)",),
        depends=(MARGIN.id,),
    ),
    of_cell(
        "margin-signs",
        "Which is to say that the signs are the same",
        SAME,
        r"$p q > 0$ says that $p$ and $q$ have one sign and that neither is 0.",
        assume=("abs(A1 @ x - A1 @ y) < abs(A1 @ x)",),
        proof=(PRODUCT,),
        depends=("relu-cell-margin",),
    ),
    of_cell(
        "margin-weak",
        "An entry may not move by its whole size",
        PRODUCT,
        r"It may then be 0 at $y$, which lies on a kink.",
        assume=("abs(A1 @ x - A1 @ y) <= abs(A1 @ x)",),
        expect=(Status.REFUTED,),
    ),
    BALL,
    of_cell(
        "ball-signs",
        "The ball in terms of signs",
        SAME,
        r"What the claims about Newton's method and about descent assume.",
        parameters={"r": "r > 0"},
        assume=("opnorm(A1) * norm(x - y) < r", "abs(A1 @ x) >= r"),
        proof=(PRODUCT,),
        depends=("relu-cell-ball",),
    ),
    of_cell(
        "ball-too-large",
        "No larger ball in terms of these numbers",
        PRODUCT,
        r"With one row and one column the radius $r / \lVert A_1 \rVert$ is the distance to the kink.",
        parameters={"r": "r > 0"},
        assume=("opnorm(A1) * norm(x - y) <= 1.001 * r", "abs(A1 @ x) >= r"),
        expect=(Status.REFUTED,),
    ),
)
