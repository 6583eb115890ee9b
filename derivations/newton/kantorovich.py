r"""rho = (1 - sqrt(1 - 2 h)) / (M beta), h = M beta eta <= 1/2: the radius in which Newton's method proves a critical point to lie.

$\beta \ge \lVert H^{-1} \rVert$, $\eta \ge \lVert H^{-1} g \rVert$ at the point, and the Hessian is $M$-Lipschitz on the ball of radius $\rho$.
What is claimed are the parts of one step of the induction, for a positive definite Hessian with $l = 1 / \beta$: after a Newton step the
least eigenvalue is at least $l - M r$, the gradient at most $\tfrac M2 r^2$, and for numbers $\beta' = \beta / (1 - h)$,
$\eta' = h \eta / (2 (1 - h))$ and $h' = h^2 / (2 (1 - h)^2)$ the balls are nested.  That $\lVert H'^{-1} g' \rVert \le \eta'$, the product of the first
two, and that the points then converge to a critical point, which is the completeness of the real numbers, is said in prose alone.
"""

from derivations.newton.contraction import ONE, RIDGE, VARIATION
from derivations.newton.region import of_numbers
from resmax_sym.judge import Claim, Status

POSITIVE = {"M": "M > 0", "be": "be > 0"}
ROOT = {"w1": "0 <= w1 <= 1"}
"""w1 = sqrt(1 - 2 h), so that h = (1 - w1^2)/2 lies between 0 and 1/2."""
TERMS = {"h": "(1 - w1**2) / 2", "eta": "h / (M * be)", "rho": "(1 - w1) / (M * be)"}
HALF = {"h": "0 <= h <= 1 / 2"}

CLAIMS = (
    of_numbers(
        "majorant-root",
        "The radius is a root of the majorant",
        "M * be * rho**2 / 2 - rho + eta == 0",
        r"$M \beta t^2 / 2 - t + \eta$ bounds what Newton's method does; $\rho$ is its smaller root.",
        {"M": "M > 0", "be": "be > 0", "eta": "eta >= 0"},
        let={"rho": "(1 - sqrt(1 - 2 * M * be * eta)) / (M * be)"},
    ),
    of_numbers(
        "radius-above",
        "At most twice the first step",
        "rho <= 2 * eta",
        r"$2 \eta - \rho = w (1 - w) / (M \beta)$ with $w = \sqrt{1 - 2 h}$.",
        POSITIVE | ROOT,
        let=TERMS,
        proof=("w1 * (1 - w1) / (M * be) >= 0", "2 * eta - rho == w1 * (1 - w1) / (M * be)", "2 * eta - rho >= 0"),
    ),
    of_numbers(
        "radius-below",
        "And at least that step",
        "rho >= eta",
        r"$\rho - \eta = (1 - w)^2 / (2 M \beta)$.",
        POSITIVE | ROOT,
        let=TERMS,
        proof=("(1 - w1)**2 / (2 * M * be) >= 0", "rho - eta == (1 - w1)**2 / (2 * M * be)", "rho - eta >= 0"),
    ),
    Claim(
        id="newton-gradient-after",
        title="The gradient after a Newton step",
        statement="norm(g) <= M / 2 * norm(x - y)**2",
        parameters=RIDGE | {"M": "M >= 0"},
        let=ONE,
        assume=(*VARIATION, "at(g, y) + Ky @ (x - y) == 0"),
        proof=(
            "norm(g - at(g, y) - Ky @ (x - y)) <= M / 2 * norm(x - y)**2",
            "g == (g - at(g, y) - Ky @ (x - y)) + (at(g, y) + Ky @ (x - y))",
        ),
        prose=r"The step goes from $y$ to $x$ with the exact Hessian, so the new gradient is the remainder; with $\beta / (1 - h)$ for the inverse "
        r"this is $\eta' = h \eta / (2 (1 - h))$.",
        depends=("newton-remainder",),
    ),
    Claim(
        id="newton-definite-after",
        title="The Hessian after a Newton step",
        statement="eigmin(K) >= l - M * r",
        parameters=RIDGE | {"M": "M >= 0", "l": "l > 0", "r": "r >= 0"},
        let=ONE,
        assume=("eigmin(Ky) >= l", "opnorm(K - Ky) <= M * norm(x - y)", "norm(x - y) <= r"),
        proof=("K == Ky + (K - Ky)",),
        prose=r"$l = 1 / \beta$ and $r = \eta$: the least eigenvalue is at least $(1 - h) / \beta$. A strict local minimum keeps its sign.",
        depends=("newton-hessian",),
    ),
    of_numbers(
        "majorant-step",
        "h after a step",
        "h**2 / (2 * (1 - h)**2) <= 2 * h**2",
        r"$h' = M \beta' \eta'$ is at most $2 h^2$: quadratic convergence.",
        HALF,
        proof=(
            "1 - h >= 1 / 2",
            "4 * (1 - h)**2 >= 1",
            "(4 * (1 - h)**2 - 1) * h**2 / (2 * (1 - h)**2) >= 0",
            "2 * h**2 - h**2 / (2 * (1 - h)**2) == (4 * (1 - h)**2 - 1) * h**2 / (2 * (1 - h)**2)",
            "2 * h**2 - h**2 / (2 * (1 - h)**2) >= 0",
        ),
    ),
    of_numbers(
        "majorant-stays",
        "The condition holds again",
        "2 * h**2 <= h",
        r"So $h' \le h \le 1/2$.",
        HALF,
    ),
    of_numbers(
        "majorant-limit",
        "Beyond one half it fails",
        "h**2 / (2 * (1 - h)**2) <= h",
        r"The majorant has no real root.",
        {"h": "0 <= h <= 0.55"},
        expect=(Status.REFUTED,),
    ),
    of_numbers(
        "radius-nested",
        "The balls are nested",
        "rho1 + eta == rho",
        r"The radius after the step, $\rho' = (1 - w') / (M \beta')$ with $\beta' = \beta / (1 - h)$ and $w' = w / (1 - h)$, and the step itself fill "
        r"the first radius: what is true on the first ball is true on all.",
        POSITIVE | {"w1": "0 < w1 <= 1"},
        let=TERMS | {"rho1": "(1 - w1 / (1 - h)) * (1 - h) / (M * be)"},
    ),
)
