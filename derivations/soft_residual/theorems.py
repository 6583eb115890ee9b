r"""grad L = A^T (v * (c - <c, f>)) / alpha, hess L = A^T diag(delta) A - two terms of rank one: the headlines, in the data.

What the abstract announces as gradient, Hessian, and diagonal plus low rank stands here once more, as it would be quoted, with the names
that the proofs need put away. Nothing else rests on these; beside them `regularised-definite`, `lipschitz-gradient` and
`lipschitz-hessian` are the headlines on semidefiniteness and on Lipschitz bounds.
"""

from resmax_sym.judge import Claim
from resmax_sym.judge.slack import Case

HEADLINES = {
    "convexity": ("regularised-definite",),
    "closeness": ("closeness-upper-hessian", "closeness-lower-hessian"),
    "softmax spectrum": ("softmax-eigmin-b", "softmax-eigmax-b", "target-norm"),
    "positive units": (
        "positive-unit-lower",
        "positive-unit-upper",
        "from-zero-spectrum-lower",
        "from-zero-spectrum-upper",
    ),
    "norm bounds": ("bound-hessian",),
    "Lipschitz": ("lipschitz-hessian", "from-zero-lipschitz"),
    "softmax Lipschitz": ("softmax-lipschitz-gradient", "sharp-lipschitz-hessian"),
    "contraction": ("relative-upper", "relative-lower", "contraction-softmax"),
}
"""The theorems of this chapter by subject: each hypothesis of theirs is dropped in turn, to see which of them carry it."""

LIPSCHITZ, LEAST, LARGEST = "Lipschitz constant of the Hessian", "least eigenvalue of B", "largest eigenvalue of B"
ROOM = (
    *(
        Case("lipschitz-hessian", LIPSCHITZ, "R", R, {"R": R, "beta": "1"}, {"n": (2,), "d": (2,)})
        for R in ("1", "5/4", "3/2", "7/4", "2")
    ),
    *(
        Case("lipschitz-hessian", LIPSCHITZ, "n", str(n), {"R": "1", "beta": "1"}, {"n": (n,), "d": (2,)})
        for n in (2, 3, 4, 6)
    ),
    *(
        Case(f"from-{name}-{bound}", quantity, "tau", tau)
        for bound, quantity in (("spectrum-lower", LEAST), ("spectrum-upper", LARGEST), ("lipschitz", LIPSCHITZ))
        for name, tau in (("minus-half", "-1/2"), ("zero", "0"), ("one", "1"))
    ),
    Case("softmax-eigmin-b", LEAST, "tau", "inf"),
    Case("softmax-eigmax-b", LARGEST, "tau", "inf"),
    Case("sharp-lipschitz-hessian", LIPSCHITZ, "tau", "inf"),
)
"""Where the slack of a bound is measured: R and n on the ball, tau for t >= tau, and softmax as the limit of large tau."""

CLAIMS = (
    Claim(
        id="theorem-gradient",
        title="Gradient",
        statement="grad(L) == A.T @ (v * (c - inner(c, f))) / alpha",
        prose=r"The closed form of the gradient with its name $q$ written out.",
        depends=("gradient",),
    ),
    Claim(
        id="theorem-hessian",
        title="Hessian",
        statement="D(A.T @ q) == A.T @ B @ A",
        prose=r"The Jacobian of the closed form of the gradient is the closed form of the Hessian.",
        depends=("gradient", "hessian"),
    ),
    Claim(
        id="theorem-low-rank",
        title="Diagonal plus low rank",
        statement="hess(L) == A.T @ diag(delta) @ A - (outer(a, g) + outer(g, a) - kappa * outer(g, g)) / alpha**2",
        let={"a": "A.T @ p", "g": "A.T @ v"},
        prose=r"$A^\top \operatorname{diag}(\delta) A$ and two terms of rank one made of $A^\top p$ and $A^\top v$, with weights that may be negative.",
        depends=("hessian", "low-rank-minors"),
    ),
)
