r"""norm(r+) <= (k e (1+h) + h/2) / ((1 - k e) (1-h)) norm(r): the contraction theorem from what a sample of rows guarantees.

Chapter `rows` bounds the error of a sample relative to $G = A^\top \operatorname{diag}(|\delta|) A$, with probability $1 - \mathrm{prob}$; chapter
`contraction` asks for an error relative to the Hessian.  Where $G \preceq \kappa H$ at the iterate the two fit together: of $m$ rows with
$m \ge 2 r (1 + \varepsilon / 3) \log(2 d / \mathrm{prob}) / \varepsilon^2$ the step contracts with $\kappa \varepsilon$ in place of $\varepsilon$.

The cost counts multiplications: $n d^2$ for a Hessian, $m d^2$ for a sampled one, and $4 n d$ for each of $p$ gradients and products.
"""

from derivations.newton.contraction import NEXT, PARAMETERS, REMAINDER, TWO, TWO_FACTORS, VARIATION
from derivations.newton.region import of_numbers
from resmax_sym.judge import Claim, Status

WITH_SIGNS = TWO | {"Gy": "at(At.T @ diag(abs(delta)) @ At, y)"}
ERROR = ("psd(e1 * Gy - (Ht - Ky))", "psd(e1 * Gy + (Ht - Ky))")
COST = {"n1": "n1 >= 1", "d1": "d1 >= 1", "m1": "m1 >= 0", "p1": "p1 >= 0"}
STEP = "m1 * d1**2 + 4 * n1 * d1 * p1"


def contraction(
    name: str, title: str, prose: str, comparable: tuple[str, ...], proof: tuple[str, ...], **rest
) -> Claim:
    """The theorem with the error of the sample relative to G."""
    return Claim(
        id=f"newton-{name}",
        title=title,
        statement=f"(1 - k * e1) * (1 - h) * norm(A1 @ ({NEXT})) <= (k * e1 * (1 + h) + h / 2) * norm(A1 @ (x - y))",
        parameters={name: text for name, text in PARAMETERS.items() if name != "e"} | {"k": "k >= 1", "e1": "e1 >= 0"},
        let=WITH_SIGNS,
        model=TWO_FACTORS,
        assume=(
            "k * e1 < 1",
            "K == H0",
            "g == 0",
            "eigmin(H0) >= l",
            *VARIATION,
            "M * norm(x - y) <= h * l",
            *ERROR,
            *comparable,
        ),
        proof=proof,
        prose=prose,
        **rest,
    )


CLAIMS = (
    contraction(
        "sampled-contraction",
        "Contraction with a sample of rows",
        r"The whole way from the rows to the step, with $\kappa \varepsilon < 1$; $\kappa$ is measured at the iterate.",
        ("psd(k * Ky - Gy)",),
        (
            "(1 + k * e1) * Ky - Ht == (e1 * Gy - (Ht - Ky)) + e1 * (k * Ky - Gy)",
            "Ht - (1 - k * e1) * Ky == (e1 * Gy + (Ht - Ky)) + e1 * (k * Ky - Gy)",
            "psd((1 + k * e1) * Ky - Ht)",
            "psd(Ht - (1 - k * e1) * Ky)",
            "psd(h * H0 - (K - Ky))",
            "psd(h * H0 + (K - Ky))",
            "Ky - (1 - h) * H0 == (h * H0 - (K - Ky)) + (K - H0)",
            "Ht - (1 - k * e1) * (1 - h) * H0 == (Ht - (1 - k * e1) * Ky) + (1 - k * e1) * (Ky - (1 - h) * H0)",
            "(1 + h) * H0 - Ky == (h * H0 + (K - Ky)) - (K - H0)",
            "k * e1 * (1 + h) * H0 - (Ht - Ky) == ((1 + k * e1) * Ky - Ht) + k * e1 * ((1 + h) * H0 - Ky)",
            "psd(k * e1 * (1 + h) * H0 - (Ht - Ky))",
            "k * e1 * (1 + h) * H0 + (Ht - Ky) == (Ht - (1 - k * e1) * Ky) + k * e1 * ((1 + h) * H0 - Ky)",
            f"Ht @ (x - y) + at(g, y) - (Ht - Ky) @ (x - y) == g - ({REMAINDER})",
        ),
        depends=("newton-hessian", "newton-remainder", "newton-step"),
    ),
    of_numbers(
        "cost-step",
        "When a sampled step is cheaper",
        f"n1 * d1**2 - ({STEP}) >= 0",
        r"Half of the rows and an eighth of $d$ in gradients and products leave nothing over; fewer of either pay.",
        COST,
        assume=("m1 <= n1 / 2", "8 * p1 <= d1"),
        proof=(
            "n1 * d1 * (d1 - 8 * p1) / 2 + d1**2 * (n1 / 2 - m1) >= 0",
            f"n1 * d1**2 - ({STEP}) == n1 * d1 * (d1 - 8 * p1) / 2 + d1**2 * (n1 / 2 - m1)",
        ),
    ),
    of_numbers(
        "cost-few-columns",
        "With few columns it is not",
        f"n1 * d1**2 - ({STEP}) >= 0",
        r"However few the rows: with $d < 4 p$ a Hessian costs less than the products.",
        COST,
        assume=("m1 <= n1 / 2",),
        expect=(Status.REFUTED,),
        depends=("newton-cost-step",),
    ),
    of_numbers(
        "cost",
        "The cost of a run",
        f"k * ({STEP}) <= (q1 / s + 1) * (8 / 3 * r * q2 / e**2 * d1**2 + 4 * n1 * d1 * p1)",
        r"$k \le q / s + 1$ steps (claim `newton-count`, $s = \log(1/\mathrm{rate})$ and $q$ the logarithm of what the distance has to fall by), each with "
        r"$m = \tfrac83 r \log(2 d / \mathrm{prob}) / \varepsilon^2$ rows (`newton-row-count`, $q_2$ for the logarithm), and $p$ gradients and products: "
        r"no power of $1/\mathrm{tol}$, and $n$ only times $d$.",
        COST | {"k": "k >= 0", "s": "s > 0", "q1": "q1 >= 0", "q2": "q2 >= 0", "e": "0 < e <= 1", "r": "r >= 1"},
        assume=("k <= q1 / s + 1", "m1 <= 8 / 3 * r * q2 / e**2"),
    ),
)
