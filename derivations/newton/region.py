r"""E = {norm(A z) <= h0 l^(3/2) / M}: no iterate leaves the region in which the step contracts, and the rate only improves there.

$H_* = A^\top A \succeq l I$, the optimum is the origin, $y$ an iterate and $x$ the next one.
"""

from resmax_sym.judge import Claim, Status

LEAST = {"l": "l > 0"}
RATE = {"e": "0 <= e < 1", "h": "0 <= h < 1", "k": "h <= k < 1"}


def of_numbers(name: str, title: str, statement: str, prose: str, parameters: dict[str, str], **rest) -> Claim:
    """A claim about real numbers."""
    return Claim(id=f"newton-{name}", title=title, statement=statement, prose=prose, parameters=parameters, **rest)


CLAIMS = (
    Claim(
        id="newton-norm-below",
        title="The norm of the Hessian bounds the Euclidean one",
        statement="sqrt(l) * norm(y) <= norm(A @ y)",
        parameters=LEAST,
        assume=("eigmin(A.T @ A) >= l",),
        prose=r"$l \lVert y \rVert^2 \le \langle y, A^\top A y \rangle$.",
    ),
    Claim(
        id="newton-norm-above",
        title="And is bounded by it",
        statement="norm(A @ y) <= sqrt(u1) * norm(y)",
        parameters={"u1": "u1 >= 0"},
        assume=("opnorm(A) <= sqrt(u1)",),
        prose=r"$u_1$ is the largest eigenvalue of $A^\top A$; $u_1 / l$ is its condition number.",
    ),
    Claim(
        id="newton-region-radius",
        title="The region is small enough",
        statement="M * norm(y) <= h * l",
        parameters=LEAST | {"M": "M >= 0", "h": "h >= 0"},
        assume=("eigmin(A.T @ A) >= l", "M * norm(A @ y) <= h * l * sqrt(l)"),
        proof=(
            "M * (sqrt(l) * norm(y)) <= M * norm(A @ y)",
            "M * (sqrt(l) * norm(y)) <= h * l * sqrt(l)",
            "M * (sqrt(l) * norm(y)) / sqrt(l) <= h * l",
        ),
        prose=r"In the region $\lVert y \rVert_{H_*} \le \theta_0 l^{3/2} / M$ one has $\theta = M \lVert y \rVert / l \le \theta_0$.",
        depends=("newton-norm-below",),
    ),
    Claim(
        id="newton-region-invariant",
        title="No step leaves the region",
        statement="M * norm(A @ x) <= h * l * sqrt(l)",
        parameters=LEAST | {"M": "M >= 0", "h": "h >= 0", "r": "0 <= r <= 1"},
        assume=("M * norm(A @ y) <= h * l * sqrt(l)", "norm(A @ x) <= r * norm(A @ y)"),
        proof=(
            "r * norm(A @ y) <= norm(A @ y)",
            "norm(A @ x) <= norm(A @ y)",
            "M * norm(A @ x) <= M * norm(A @ y)",
        ),
        prose=r"With any rate of at most 1. The Lipschitz condition is asked for on this region, which is convex and holds all segments from "
        r"its points to the optimum.",
    ),
    of_numbers(
        "rate-monotone",
        "The rate improves on the way",
        "(e * (1 + h) + h / 2) * ((1 - e) * (1 - k)) <= (e * (1 + k) + k / 2) * ((1 - e) * (1 - h))",
        r"$\theta \le \theta_0$, here $h \le k$, and the rate at $\theta$ is no larger than at $\theta_0$, so that one rate serves for all steps.",
        RATE,
    ),
    of_numbers(
        "rate-tenth",
        "A tenth and a tenth",
        "e * (1 + h) + h / 2 <= 0.198 * ((1 - e) * (1 - h))",
        r"At $\varepsilon = \theta = 0.1$ the rate is $16/81$.",
        {"e": "0 <= e <= 1 / 10", "h": "0 <= h <= 1 / 10"},
    ),
    of_numbers(
        "rate-tenth-sharp",
        "It is not 0.197",
        "e * (1 + h) + h / 2 <= 0.197 * ((1 - e) * (1 - h))",
        r"The rate is $16/81 = 0.1975...$ there.",
        {"e": "0 <= e <= 1 / 10", "h": "0 <= h <= 1 / 10"},
        expect=(Status.REFUTED,),
    ),
    of_numbers(
        "rate-quarter",
        "A quarter and a quarter still contract",
        "e * (1 + h) + h / 2 <= 7 / 9 * ((1 - e) * (1 - h))",
        r"The rate is below 1 for $\varepsilon, \theta \le 1/4$.",
        {"e": "0 <= e <= 1 / 4", "h": "0 <= h <= 1 / 4"},
    ),
    of_numbers(
        "rate-half",
        "A half and a half do not",
        "e * (1 + h) + h / 2 <= (1 - e) * (1 - h)",
        r"At $\varepsilon = \theta = 1/2$ the bound is 4, and says nothing.",
        {"e": "0 <= e <= 1 / 2", "h": "0 <= h <= 1 / 2"},
        expect=(Status.REFUTED,),
    ),
)
