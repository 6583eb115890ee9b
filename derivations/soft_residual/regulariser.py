r"""L_tot = L + 1/2 ||omega * t||^2: the regularised loss, whose closed forms the generated code is made from."""

from resmax_sym.judge import Claim

CLAIMS = (
    Claim(
        id="regulariser-gradient",
        title="Gradient of the regulariser",
        statement="grad(L_reg) == A.T @ (omega**2 * t)",
        prose=r"$L_{\mathrm{reg}} = \tfrac12 \sum_i \omega_i^2 t_i^2$ is quadratic in $t$.",
    ),
    Claim(
        id="regulariser-hessian",
        title="Hessian of the regulariser",
        statement="hess(L_reg) == A.T @ diag(omega**2) @ A",
        prose=r"Positive semidefinite, and constant in $x$.",
        depends=("regulariser-gradient",),
    ),
    Claim(
        id="total-gradient",
        title="Gradient of the regularised loss",
        statement="grad(L_tot) == A.T @ (q + omega**2 * t)",
        prose=r"The sum of the two gradients.",
        depends=("gradient", "regulariser-gradient"),
    ),
    Claim(
        id="total-hessian",
        title="Hessian of the regularised loss",
        statement="hess(L_tot) == A.T @ (B + diag(omega**2)) @ A",
        prose=r"The regulariser adds $\omega_i^2$ to the diagonal and leaves the low-rank part alone.",
        depends=("hessian", "regulariser-hessian"),
    ),
)
