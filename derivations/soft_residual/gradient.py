r"""grad L = A^T q with q = alpha^-1 v * (c - sigma 1): the gradient, for every smooth unit.

$L = \tfrac12 \langle c, c \rangle$ and $\sigma = \langle c, f \rangle$.  The vector $\psi = c - \sigma \mathbf 1$ is the residual seen
through the normalisation.
"""

from resmax_sym.judge import Claim

CLAIMS = (
    Claim(
        id="gradient-jacobian",
        title="Gradient as a Jacobian product",
        statement="grad(L) == D(c).T @ c",
        prose=r"The chain rule on half a squared norm.",
        depends=("derivative-c",),
    ),
    Claim(
        id="gradient-t",
        title="Gradient with respect to t",
        statement="grad(L, t) == q",
        prose=r"$q = J^\top c$: the transpose of the Jacobian takes $c$ to $\alpha^{-1} v \odot (c - \langle f, c \rangle \mathbf 1)$.",
        depends=("jacobian-t",),
    ),
    Claim(
        id="gradient",
        title="Gradient of the loss",
        statement="grad(L) == A.T @ q",
        prose=r"One pass over $A$ for $t$, one over $A^\top$ for the result, and vectors of length $n$ between them.",
        depends=("gradient-jacobian", "gradient-t"),
    ),
)
