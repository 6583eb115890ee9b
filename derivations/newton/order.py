r"""(1-e) H <= H~ <= (1+e) H, (1-h) H* <= H <= (1+h) H*: what a sampled Hessian near the optimum has in common with the one there.

Three symmetric matrices of one size, the first positive definite, are $H_* = A^\top A$, $H = A^\top \operatorname{diag}(b) A$ and
$\tilde H = A^\top \operatorname{diag}(\omega) A$ for some $A$, $b$, $\omega$: in coordinates where $H_* = I$ the rows of $A$ are the
eigenvectors of $H$ and of $\tilde H$ divided by $\sqrt 2$, $b$ holds twice the eigenvalues of $H$ beside its own and 0 beside the
others, and $\omega$ likewise.  A claim about all $A$, $b$, $\omega$ is therefore one about all such triples.
"""

from resmax_sym.judge import Claim, Status

TRIPLE = {"H0": "A.T @ A", "H": "A.T @ diag(b) @ A", "Ht": "A.T @ diag(omega) @ A"}
SMALL = {"e": "0 <= e < 1", "h": "0 <= h < 1"}
NEAR = ("psd((1 + h) * H0 - H)", "psd(H - (1 - h) * H0)")
SAMPLED = ("psd((1 + e) * H - Ht)", "psd(Ht - (1 - e) * H)")
LEAST = {"l": "l > 0"}


def of_triple(name: str, title: str, statement: str, prose: str, **rest) -> Claim:
    """A claim about every triple of symmetric matrices, the first positive definite."""
    given = {"parameters": SMALL, "assume": (*NEAR, *SAMPLED), **rest}
    return Claim(id=f"newton-{name}", title=title, statement=statement, let=TRIPLE, prose=prose, **given)


CLAIMS = (
    of_triple(
        "near-below",
        "A Hessian that differs little is not much smaller",
        "psd(H - (1 - h) * H0)",
        r"A difference of norm at most $\theta l$, where $H_* \succeq l I$, is at most $\theta H_*$. With a Hessian that is $M$-Lipschitz, "
        r"$\theta = M \lVert x - x_* \rVert / l$.",
        parameters={"h": "h >= 0"} | LEAST,
        assume=("eigmin(H0) >= l", "opnorm(H0 - H) <= h * l"),
        proof=("psd(h * H0 - (H0 - H))",),
    ),
    of_triple(
        "near-above",
        "Nor much larger",
        "psd((1 + h) * H0 - H)",
        r"The other side.",
        parameters={"h": "h >= 0"} | LEAST,
        assume=("eigmin(H0) >= l", "opnorm(H0 - H) <= h * l"),
        proof=("psd(h * H0 + (H0 - H))",),
    ),
    of_triple(
        "sample-below",
        "The sampled Hessian against the one at the optimum",
        "psd(Ht - (1 - e) * (1 - h) * H0)",
        r"$\tilde H \succeq (1 - \varepsilon) H \succeq (1 - \varepsilon)(1 - \theta) H_*$: this is the denominator of the rate.",
        assume=(NEAR[1], SAMPLED[1]),
        proof=("psd((Ht - (1 - e) * H) + (1 - e) * (H - (1 - h) * H0))",),
    ),
    of_triple(
        "error-above",
        "The sampling error from above",
        "psd(e * (1 + h) * H0 - (Ht - H))",
        r"$\tilde H - H \preceq \varepsilon H \preceq \varepsilon (1 + \theta) H_*$: the first term of the numerator.",
        assume=(NEAR[0], SAMPLED[0]),
        proof=("psd(((1 + e) * H - Ht) + e * ((1 + h) * H0 - H))",),
    ),
    of_triple(
        "error-below",
        "The sampling error from below",
        "psd(e * (1 + h) * H0 + (Ht - H))",
        r"The other sign.",
        assume=(NEAR[0], SAMPLED[1]),
        proof=("psd((Ht - (1 - e) * H) + e * ((1 + h) * H0 - H))",),
    ),
    of_triple(
        "error-needs-drift",
        "The drift of the Hessian cannot be left out",
        "psd(e * H0 - (Ht - H))",
        r"With $H$ in place of $H_*$ on the right it would be the hypothesis; away from the optimum the two differ.",
        expect=(Status.REFUTED,),
    ),
    of_triple(
        "sample-definite",
        "A multiplicative bound needs a semidefinite Hessian",
        "psd(H)",
        r"The two hypotheses on $\tilde H$ add up to $2 \varepsilon H \succeq 0$. For an indefinite Hessian no multiplicative statement is "
        r"possible.",
        parameters={"e": "0 < e < 1"},
        assume=SAMPLED,
        proof=(
            "psd(((1 + e) * H - Ht) + (Ht - (1 - e) * H))",
            "psd((1 / (2 * e)) * (((1 + e) * H - Ht) + (Ht - (1 - e) * H)))",
        ),
    ),
    of_triple(
        "step",
        "One step with a perturbed gradient",
        "(1 - e) * (1 - h) * norm(A @ (y - solve(Ht, H @ y - x))) <= (e * (1 + h) + h / 2) * norm(A @ y)",
        r"The optimum is the origin, $y$ the iterate, $H y - x$ its gradient, so that $x$ is the remainder of second order; $\lVert A z \rVert$ is "
        r"the norm of $H_*$. With $z$ the error after the step, $\tilde H z = (\tilde H - H) y + x$, and "
        r"$(1 - \varepsilon)(1 - \theta) \lVert A z \rVert^2 \le \langle z, \tilde H z \rangle$.",
        parameters=SMALL | LEAST,
        assume=(*NEAR, *SAMPLED, "eigmin(H0) >= l", "norm(x) <= h / 2 * sqrt(l) * norm(A @ y)"),
        proof=("Ht @ y - (H @ y - x) - (Ht - H) @ y == x",),
        depends=("newton-sample-below", "newton-error-above", "newton-error-below"),
    ),
    of_triple(
        "step-tenth",
        "With a tenth and a tenth: less than a fifth",
        "norm(A @ (y - solve(Ht, H @ y - x))) <= 0.198 * norm(A @ y)",
        r"$\varepsilon = \theta = 0.1$: the rate is $0.16 / 0.81 < 0.198$.",
        parameters=LEAST,
        assume=(
            "psd(1.1 * H0 - H)",
            "psd(H - 0.9 * H0)",
            "psd(1.1 * H - Ht)",
            "psd(Ht - 0.9 * H)",
            "eigmin(H0) >= l",
            "norm(x) <= 0.05 * sqrt(l) * norm(A @ y)",
        ),
        proof=(
            "Ht - 0.81 * H0 == (Ht - 0.9 * H) + 0.9 * (H - 0.9 * H0)",
            "0.11 * H0 - (Ht - H) == (1.1 * H - Ht) + 0.1 * (1.1 * H0 - H)",
            "psd(0.11 * H0 - (Ht - H))",
            "0.11 * H0 + (Ht - H) == (Ht - 0.9 * H) + 0.1 * (1.1 * H0 - H)",
            "Ht @ y - (H @ y - x) - (Ht - H) @ y == x",
            "0.81 * norm(A @ (y - solve(Ht, H @ y - x))) <= 0.16 * norm(A @ y)",
            "0.81 * norm(A @ (y - solve(Ht, H @ y - x))) / 0.81 <= 0.198 * norm(A @ y)",
        ),
        depends=("newton-step",),
    ),
    of_triple(
        "step-quadratic",
        "A quadratic loss: the sampling error alone",
        "(1 - e) * norm(A @ (y - solve(Ht, H0 @ y))) <= e * norm(A @ y)",
        r"No remainder and no drift: the rate is $\varepsilon / (1 - \varepsilon)$.",
        parameters={"e": "0 <= e < 1"} | LEAST,
        assume=("psd((1 + e) * H0 - Ht)", "psd(Ht - (1 - e) * H0)", "eigmin(H0) >= l"),
        proof=(
            "psd(e * H0 - (Ht - H0))",
            "psd(e * H0 + (Ht - H0))",
            "Ht @ y - H0 @ y - (Ht - H0) @ y == 0 * y",
        ),
    ),
    of_triple(
        "step-quadratic-sharp",
        "Its rate cannot be lowered",
        "(1 - e) * norm(A @ (y - solve(Ht, H0 @ y))) <= 0.95 * e * norm(A @ y)",
        r"It is attained where $\tilde H = (1 - \varepsilon) H_*$.",
        parameters={"e": "0 <= e < 1"},
        assume=("psd((1 + e) * H0 - Ht)", "psd(Ht - (1 - e) * H0)"),
        expect=(Status.REFUTED,),
    ),
    of_triple(
        "step-needs-remainder",
        "The remainder counts in full",
        "norm(A @ (y - solve(H0, H0 @ y - x))) <= 0.95 * h / 2 * norm(A @ y)",
        r"Even with the Hessian of the optimum itself, here $I$, the error after the step may be as large as the remainder, $\theta / 2$ times "
        r"the one before.",
        parameters={"h": "0 <= h < 1"},
        assume=("H0 == eye(d)", "norm(x) <= h / 2 * norm(A @ y)"),
        expect=(Status.REFUTED,),
    ),
)
