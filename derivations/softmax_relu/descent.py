r"""F(x+) - F(x_C) <= (1 - l/La) (F(x) - F(x_C)) under l H0 <= hess F <= La H0 in a cell: the loss converges without a Lipschitz condition.

$F$ is the regularised loss, $H_0 = G^\top W^2 G$ the Hessian of the regulariser, $x$ an iterate in a closed cell $C$ and $y = x_C$ the least point of $F$
on $C$.  The next iterate $x_+$ minimises $Q(z) = \langle \nabla F(x), z - x \rangle + \tfrac{\Lambda}{2} \lVert z - x \rVert_{H_0}^2$ over $C$.  What is
used of it are two numbers: $F(x_+) \le F(x) + Q(x_+)$, the upper half of Taylor's inequality, and $Q(x_+) \le Q(z)$ for the one point
$z = x + \tfrac{l}{\Lambda} (y - x)$ of $C$.  The claims speak of the open cell; both sides are continuous up to its border.  $G$ need not have full rank.

What takes the place of a Lipschitz condition on the Hessian is that it is comparable with $H_0$, and
$\lVert H(x) - H(y) \rVert \le M \lVert x - y \rVert + \eta$ is a special case of that, with $H(y)$ for $H_0$.
"""

import dataclasses

from derivations.softmax_relu.cell import LINEAR, RELU, SAME, SLOPE, carried
from resmax_sym.judge import Claim, Status

LET = {
    "H0": "A.T @ diag(omega**2) @ A",
    "g": "A.T @ (q + omega**2 * t)",
    "K": "A.T @ (B + diag(omega**2)) @ A",
}
NUMBERS = {"l": "l > 0", "La": "La >= l"}
NEXT = {"F1": "", "Q1": ""}
DEFINITE, SMOOTH = "psd(K - l * H0)", "psd(La * H0 - K)"


def model_of(factor: str, z: str = "(y - x)") -> str:
    """<grad F, z> + factor/2 |z|^2 in the norm of H0."""
    return f"inner(g, {z}) + {factor} / 2 * inner({z}, H0 @ {z})"


def linear(name: str, title: str, statement: str, prose: str, **rest) -> Claim:
    """A claim about softmax regression."""
    given = {"let": LET, **rest}
    return Claim(id=f"relu-descent-{name}-linear", title=title, statement=statement, prose=prose, model=LINEAR, **given)


def in_cell(base: Claim, title: str, prose: str, same: str = SAME) -> Claim:
    """What it says of a cell, under the same id without its ending."""
    return carried(base, base.id.removesuffix("-linear"), title, prose, same)


def step_claim(name: str, title: str, factor: str, models: tuple[str, str], prose: str, **rest) -> Claim:
    """F1 - F(y) <= factor (F - F(y)), where factor = 1 - share, by the lower model at y and the upper one at x + share (y - x)."""
    lower, upper = models
    gap = f"at(L_tot, y) - L_tot - ({model_of(lower)})"
    whole = f"{factor} * (L_tot - at(L_tot, y)) - (F1 - at(L_tot, y))"
    before, share = rest.pop("before"), rest.pop("share")
    return linear(
        name,
        title,
        f"F1 - at(L_tot, y) <= {factor} * (L_tot - at(L_tot, y))",
        prose,
        let={**LET, "z": f"{share} * (y - x)"},
        assume=(*rest.pop("given"), "F1 <= L_tot + Q1", f"Q1 <= {model_of(upper, 'z')}"),
        proof=(
            *before,
            f"at(L_tot, y) >= L_tot + {model_of(lower)}",
            f"{gap} >= 0",
            f"{share} * ({gap}) >= 0",
            f"{whole} == (L_tot + Q1 - F1) + ({model_of(upper, 'z')} - Q1) + {share} * ({gap})",
            f"{whole} >= 0",
        ),
        **rest,
    )


UPPER = linear(
    "upper",
    "The loss lies below its upper model",
    f"at(L_tot, y) <= L_tot + {model_of('La')}",
    r"Taylor's formula with $\nabla^2 F \preceq \Lambda H_0$ on the segment.",
    parameters={"La": ""},
    assume=(f"on_segment({SMOOTH})",),
)
LOWER = linear(
    "lower",
    "And above its lower model",
    f"at(L_tot, y) >= L_tot + {model_of('l')}",
    r"Taylor's formula with $\nabla^2 F \succeq l H_0$ on the segment.",
    parameters={"l": ""},
    assume=(f"on_segment({DEFINITE})",),
)
STEP = step_claim(
    "step",
    "One projected step",
    "(1 - l / La)",
    ("l", "La"),
    r"$F(x_+) \le F + Q(z)$ with $Q(z) = \tfrac{l}{\Lambda} (\langle g, y - x \rangle + \tfrac l2 \lVert y - x \rVert_{H_0}^2) \le "
    r"\tfrac{l}{\Lambda} (F(y) - F)$.",
    parameters=NUMBERS | NEXT,
    share="l / La",
    given=(f"on_segment({DEFINITE})",),
    before=(),
)


def refuted(base: Claim, name: str, title: str, prose: str, **rest) -> Claim:
    """A neighbour of a claim about the cell that is false."""
    return dataclasses.replace(
        base,
        **{"id": f"relu-descent-{name}", "title": title, "prose": prose, "depends": (), "expect": (Status.REFUTED,)},
        **rest,
    )


def relaxed(name: str, title: str, statement: str, proof: str, prose: str) -> Claim:
    """A claim under norm(H(x) - H(y)) <= M norm(x - y) + eta, eta being j."""
    return Claim(
        id=f"relu-descent-relaxed-{name}",
        title=title,
        statement=statement,
        model=RELU,
        parameters={"M": "M >= 0", "l": "l > 0", "j": "j >= 0", "s": "0 <= s < 1"},
        let={**SLOPE, **LET, "Ky": "at(K, y)"},
        assume=("eigmin(Ky) >= l", "opnorm(K - Ky) <= M * norm(x - y) + j", "M * norm(x - y) + j <= s * l"),
        proof=("opnorm(K - Ky) <= s * l", proof, f"{statement[4:-1]} == {proof[4:-1]}"),
        prose=prose,
    )


CELL_STEP = in_cell(
    STEP,
    "One projected step in a cell",
    r"For every $n$, $m$, $d$ and all data. Nothing is asked of the Hessian but that it is comparable with $H_0$.",
)
CLAIMS = (
    UPPER,
    in_cell(UPPER, "The upper model in a cell", r"With the smooth extension of the loss from the cell."),
    LOWER,
    in_cell(LOWER, "The lower model in a cell", r"Likewise."),
    STEP,
    CELL_STEP,
    refuted(
        CELL_STEP,
        "step-sharp",
        "The factor cannot be lowered",
        r"As a consequence of the two numbers it is attained, where $\nabla^2 F = l H_0$ all the way. The loss itself is then "
        r"$(1 - l / \Lambda)^2$ times as far from its least value.",
        statement="F1 - at(L_tot, y) <= (1 - 1.05 * l / La) * (L_tot - at(L_tot, y))",
        sizes={"n": (1,), "m": (1,), "d": (1,)},
    ),
    relaxed(
        "above",
        "A relaxed Lipschitz condition: the Hessian from above",
        "psd((1 + s) * Ky - K)",
        "psd(s * Ky - (K - Ky))",
        r"$\lVert H(x) - H(y) \rVert \le M \lVert x - y \rVert + \eta$ is a special case of comparability, with $H(y)$ for $H_0$, as long as "
        r"$M \lVert x - y \rVert + \eta \le s l$: then $\Lambda = 1 + s$.",
    ),
    relaxed(
        "below",
        "And from below",
        "psd(K - (1 - s) * Ky)",
        "psd(s * Ky + (K - Ky))",
        r"With $1 - s$ for the $l$ of a step the factor is $2 s / (1 + s)$.",
    ),
    Claim(
        id="relu-descent-induction",
        title="From one step to the next",
        statement="F1 - FC <= exp(-(k + 1) * s) * (F0 - FC)",
        parameters={"F0": "", "Fk": "", "F1": "", "FC": "", "k": "k >= 0", "s": "s >= 0"},
        assume=("FC <= Fk", "FC <= F0", "F1 - FC <= exp(-s) * (Fk - FC)", "Fk - FC <= exp(-k * s) * (F0 - FC)"),
        proof=(
            "exp(-k * s) * (F0 - FC) - (Fk - FC) >= 0",
            "exp(-s) * (exp(-k * s) * (F0 - FC) - (Fk - FC)) >= 0",
            "exp(-s) * (Fk - FC) - (F1 - FC) >= 0",
            "exp(-s) * (exp(-k * s) * (F0 - FC) - (Fk - FC)) + (exp(-s) * (Fk - FC) - (F1 - FC)) >= 0",
            "exp(-(k + 1) * s) * (F0 - FC) - (F1 - FC) == exp(-s) * (exp(-k * s) * (F0 - FC) - (Fk - FC)) + (exp(-s) * (Fk - FC) - (F1 - FC))",
            "exp(-(k + 1) * s) * (F0 - FC) - (F1 - FC) >= 0",
        ),
        prose=r"The factor of a step is at most $e^{-s}$, and $F_C$ the least value of the cell. How many steps a tolerance takes is the claim "
        r"`newton-count`.",
    ),
)
