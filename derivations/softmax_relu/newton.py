r"""(1 - h - e) norm(r+) <= (e + h/2) norm(r) inside a cell, with M = 0.57140736 ||G||^3: approximate Newton steps converge in distance.

The optimum is $x$, the iterate $y$, in one cell; the loss has a ridge $\mu$.  What is asked of the data is that $\lVert b \rVert_1 \le 1$, of the
optimum that its Hessian is at least $l I$, of the iterate that $\theta = M \lVert x - y \rVert / l$ is small, and of the sample that
$\lVert \tilde H - H \rVert \le \varepsilon l$.  The next iterate stays in the cell as long as the distance to the optimum, which shrinks, is less than
that from the optimum to its nearest kink.
"""

import dataclasses

from derivations.newton.contraction import CLAIMS as METHOD
from derivations.newton.contraction import NEXT, ONE, REMAINDER, RIDGE
from derivations.softmax_relu.cell import BALL, LINEAR, PRODUCT, RELU, SLOPE, carried
from derivations.softmax_relu.lipschitz import MASS
from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

SHARP = "0.57140736"
CONSTANT = f"{SHARP} * opnorm(A)**3 <= M"
VARIATION = "opnorm(K - at(K, y)) <= M * norm(x - y)"
NUMBERS = RIDGE | {"M": "M >= 0", "l": "l > 0", "e": "e >= 0", "h": "h >= 0"}
NEAR = "M * norm(x - y) <= h * l"

(CONTRACTION,) = (claim for claim in METHOD if claim.id == "newton-contraction")

DRIFT = Claim(
    id="relu-newton-variation-linear",
    title="Softmax with a ridge: the Hessian is Lipschitz",
    statement=VARIATION,
    model=LINEAR,
    parameters=RIDGE | {"M": "M >= 0"},
    let=ONE,
    assume=(MASS, CONSTANT),
    proof=(
        "K - Ky == hess(L) - at(hess(L), y)",
        f"opnorm(K - Ky) <= {SHARP} * opnorm(A)**3 * norm(x - y)",
        f"{SHARP} * opnorm(A)**3 * norm(x - y) <= M * norm(x - y)",
    ),
    prose=r"The ridge is the same at both points.",
    depends=("sharp-lipschitz-hessian",),
)
STEP = Claim(
    id="relu-newton-contraction-linear",
    title="Softmax: contraction of the sampled Newton method in distance",
    statement=f"(1 - h - e) * l * norm({NEXT}) <= (e + h / 2) * l * norm(x - y)",
    model=LINEAR,
    parameters=NUMBERS,
    let=ONE,
    assume=(MASS, CONSTANT, "g == 0", "eigmin(K) >= l", NEAR, "opnorm(Ht - Ky) <= e * l"),
    proof=(
        f"on_segment({VARIATION})",
        f"norm({REMAINDER}) <= M / 2 * norm(x - y)**2",
        "Ht == K - (K - Ky) + (Ht - Ky)",
        "eigmin(Ht) >= (1 - h - e) * l",
        f"Ht @ (x - y) + at(g, y) == (Ht - Ky) @ (x - y) + (g - ({REMAINDER}))",
    ),
    prose=r"$H_* = K$, $H = K_y$, and $z$ the error after the step: $\tilde H z = (\tilde H - H)(x - y)$ minus a remainder of second order. No "
    r"Lipschitz condition is assumed; it is a theorem.",
    depends=(DRIFT.id,),
)
POSITIVE = Claim(
    id="relu-newton-normaliser-linear",
    title="Softmax: the normaliser is positive",
    statement="alpha > 0",
    model=LINEAR,
    prose=r"A sum of exponentials.",
)
REST = Claim(
    id="relu-newton-remainder-linear",
    title="Softmax with a ridge: the gradient beside its linear part",
    statement=f"norm({REMAINDER}) <= M / 2 * norm(x - y)**2",
    model=LINEAR,
    parameters=RIDGE | {"M": "M >= 0"},
    let=ONE,
    assume=(MASS, CONSTANT),
    proof=(f"on_segment({VARIATION})",),
    prose=r"The integral of the variation of the Hessian.",
    depends=(DRIFT.id,),
)
RELAXED = "opnorm(K - Ky) <= M * norm(x - y) + j"
FACTORS = dataclasses.replace(
    CONTRACTION,
    id="relu-newton-energy-factors",
    title="Softmax: contraction in the norm of the Hessian at the optimum",
    model=Model(SOFTMAX, inner_layer="s"),
    prose=r"The theorem of the chapter on Newton's method, for the unit of softmax: $A_2 A_1$ is the matrix of the problem, $A_1^\top A_1 = H_*$.",
    depends=("newton-step",),
)
SAMPLE = ("psd((1 + e) * Ky - Ht)", "psd(Ht - (1 - e) * Ky)")
LEFT, RIGHT = "((1 - e) * (1 - h))", "(e * (1 + h) + h / 2)"
BEFORE, AFTER = f"{RIGHT} * norm(A1 @ (x - y))", f"{LEFT} * norm(A1 @ ({NEXT}))"
SQUARED = dataclasses.replace(
    FACTORS,
    id="relu-newton-energy-squared",
    title="The same for the squares",
    statement=f"{LEFT}**2 * norm(A1 @ ({NEXT}))**2 <= {RIGHT}**2 * norm(A1 @ (x - y))**2",
    proof=(
        f"{BEFORE} - {AFTER} >= 0",
        f"{BEFORE} + {AFTER} >= 0",
        f"({BEFORE} - {AFTER}) * ({BEFORE} + {AFTER}) >= 0",
        f"({BEFORE})**2 - ({AFTER})**2 == ({BEFORE} - {AFTER}) * ({BEFORE} + {AFTER})",
        f"({BEFORE})**2 - ({AFTER})**2 >= 0",
        f"{RIGHT}**2 * norm(A1 @ (x - y))**2 - {LEFT}**2 * norm(A1 @ ({NEXT}))**2 == ({BEFORE})**2 - ({AFTER})**2",
        f"{RIGHT}**2 * norm(A1 @ (x - y))**2 - {LEFT}**2 * norm(A1 @ ({NEXT}))**2 >= 0",
    ),
    prose=r"Which need no root of $H_*$ to be written down.",
    depends=(FACTORS.id,),
)
ENERGY = Claim(
    id="relu-newton-energy-linear",
    title="Softmax: contraction in the norm of the Hessian, without a root of it",
    statement=f"{LEFT}**2 * inner({NEXT}, K @ ({NEXT})) <= {RIGHT}**2 * inner(x - y, K @ (x - y))",
    model=LINEAR,
    parameters=RIDGE | {"M": "M >= 0", "l": "l > 0", "e": "0 <= e < 1", "h": "0 <= h < 1"},
    let=ONE,
    assume=(MASS, CONSTANT, "g == 0", "eigmin(K) >= l", NEAR, *SAMPLE),
    proof=("on_segment(alpha > 0)", f"on_segment({VARIATION})"),
    prose=r"$H_* = K$, and $A_1 = K^{1/2}$ in the claim before.",
    depends=(POSITIVE.id, DRIFT.id, SQUARED.id),
)
CLAIMS = (
    Claim(
        id="relu-newton-gradient",
        title="The gradient with a ridge",
        statement="grad(L + mu * inner(x, x) / 2) == g",
        model=RELU,
        parameters=RIDGE,
        let=SLOPE | ONE,
        prose=r"The closed form that the claims below speak of, off the kinks.",
    ),
    Claim(
        id="relu-newton-hessian",
        title="The Hessian with a ridge",
        statement="D(g) == K",
        model=RELU,
        parameters=RIDGE,
        let=SLOPE | ONE,
        prose=r"Likewise; $G$ is the same in all of a cell.",
        depends=("relu-newton-gradient",),
    ),
    DRIFT,
    carried(
        DRIFT,
        "relu-newton-variation",
        "With a ridge the Hessian is Lipschitz inside a cell",
        r"With any $M \ge 0.57140736 \lVert G \rVert^3$.",
    ),
    dataclasses.replace(
        carried(
            DRIFT,
            "relu-newton-variation-across",
            "Across a kink it jumps",
            r"A Newton step from one cell to another aims at a point that is critical for the first one only.",
            same="",
        ),
        depends=(),
        sizes={"n": (2,), "m": (1,), "d": (1,)},
        expect=(Status.REFUTED,),
    ),
    REST,
    carried(
        REST,
        "relu-newton-remainder",
        "What a Newton step leaves inside a cell",
        r"The gradient differs from its linear part by $\tfrac M2 \lVert x - y \rVert^2$ at most.",
    ),
    STEP,
    carried(
        STEP,
        "relu-newton-contraction",
        "Approximate Newton steps converge in distance inside a cell",
        r"For every $n$, $m$, $d$, all data and all weights of the sample: the rate is $(\varepsilon + \theta / 2) / (1 - \theta - \varepsilon)$, with "
        r"$\theta = M \lVert x - y \rVert / l$. At $\varepsilon = \theta = 0.1$ it is $3/16$.",
    ),
    POSITIVE,
    FACTORS,
    SQUARED,
    ENERGY,
    carried(
        ENERGY,
        "relu-newton-energy",
        "With a sample of relative accuracy they converge in the norm of the Hessian",
        r"$(1 - \varepsilon) H \preceq \tilde H \preceq (1 + \varepsilon) H$ is all that is asked of the sample: the rate is "
        r"$(\varepsilon (1 + \theta) + \theta / 2) / ((1 - \varepsilon)(1 - \theta))$ in the norm of the Hessian at the optimum, less than a fifth at "
        r"$\varepsilon = \theta = 0.1$.",
    ),
    Claim(
        id="relu-newton-rate-tenth",
        title="A tenth and a tenth",
        statement="e + h / 2 <= 3 / 16 * (1 - h - e)",
        model=RELU,
        parameters={"e": "0 <= e <= 1 / 10", "h": "0 <= h <= 1 / 10"},
        prose=r"The rate is $0.15 / 0.8$ there; the error shrinks to less than a fifth in each step.",
    ),
    Claim(
        id="relu-newton-stays",
        title="No step leaves the cell",
        statement=PRODUCT,
        model=RELU,
        parameters={"r": "r > 0", "z": "z >= 0", "s": "0 <= s <= 1"},
        assume=("norm(x - y) <= s * z", "opnorm(A1) * z < r", "abs(A1 @ x) >= r"),
        proof=(
            "s * z <= z",
            "norm(x - y) <= z",
            "opnorm(A1) * norm(x - y) <= opnorm(A1) * z",
            "opnorm(A1) * norm(x - y) < r",
            *BALL.proof,
        ),
        prose=r"$z$ is the distance of an iterate from the optimum $x$, $y$ the next one, $s$ the rate: if a ball around the optimum lies in its cell, "
        r"so do all iterates from the first one in it.",
        depends=BALL.depends,
    ),
    Claim(
        id="relu-newton-definite",
        title="The Hessian under a relaxed Lipschitz condition",
        statement="eigmin(K) >= l - M * r - j",
        model=RELU,
        parameters=RIDGE | {"M": "M >= 0", "l": "l > 0", "r": "r >= 0", "j": "j >= 0"},
        let=SLOPE | ONE,
        assume=("eigmin(Ky) >= l", RELAXED, "norm(x - y) <= r"),
        proof=("K == Ky + (K - Ky)",),
        prose=r"$\lVert H(x) - H(y) \rVert \le M \lVert x - y \rVert + \eta$ keeps the Hessian of a ball above $l - M r - \eta$, whether kinks are between "
        r"or not; from above it is at most $M r + \eta$ more than at $y$.",
    ),
    Claim(
        id="relu-newton-definite-strict",
        title="The jump counts",
        statement="eigmin(K) >= l - M * r",
        model=RELU,
        parameters=RIDGE | {"M": "M >= 0", "l": "l > 0", "r": "r >= 0", "j": "j >= 0"},
        let=SLOPE | ONE,
        assume=("eigmin(Ky) >= l", RELAXED, "norm(x - y) <= r"),
        expect=(Status.REFUTED,),
        prose=r"Without $\eta$ it is false.",
    ),
)
