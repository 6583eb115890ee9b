r"""x+ = x - H0^{-1} grad L_tot with H0 = A^T W^2 A: an approximate Newton method that contracts from any start.

If $-\gamma I \preceq B \preceq \gamma I$ everywhere and $\omega_i^2 \ge k \gamma$ with $k > 1$, then $-H_0 \preceq k \nabla^2 L \preceq H_0$, so the
gradient of $L$ is a contraction by $1/k$ in the norm of $H_0$; no Lipschitz condition on the Hessian is used.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

PARAMETERS = {"g": "g >= 0", "k": "k > 1"}
WEIGHT = "omega**2 >= k * g"

CLAIMS = (
    Claim(
        id="relative-upper",
        title="The loss bends at most 1/k as much as the regulariser",
        statement="psd(hess(L_reg) - k * hess(L))",
        parameters=PARAMETERS,
        assume=("eigmax(B) <= g", WEIGHT),
        proof=("psd(A.T @ (diag(omega**2) - k * B) @ A)",),
        prose=r"$A^\top (W^2 - k B) A$ with a semidefinite bracket.",
        depends=("hessian", "regulariser-hessian"),
    ),
    Claim(
        id="relative-lower",
        title="And at most that much downwards",
        statement="psd(hess(L_reg) + k * hess(L))",
        parameters=PARAMETERS,
        assume=("eigmin(B) >= -g", WEIGHT),
        proof=("psd(A.T @ (diag(omega**2) + k * B) @ A)",),
        prose=r"The other sign.",
        depends=("hessian", "regulariser-hessian"),
    ),
    Claim(
        id="step-difference",
        title="What two steps differ by",
        statement="at(grad(L_tot), y) - grad(L_tot) - A.T @ diag(omega**2) @ A @ (y - x) == at(grad(L), y) - grad(L)",
        prose=r"The regulariser is quadratic: after multiplication by $H_0$ the difference of two steps is the difference of the gradients of "
        r"$L$ alone.",
        depends=("total-gradient", "gradient"),
    ),
    Claim(
        id="gradient-lipschitz-relative",
        title="The gradient of the loss moves little",
        statement="norm(grad(L) - at(grad(L), y)) <= g * opnorm(A)**2 * norm(x - y)",
        parameters={"g": "g > 0"},
        assume=("on_segment(eigmax(B) <= g)", "on_segment(eigmin(B) >= -g)", "on_segment(alpha > 0)"),
        prose=r"The mean value inequality on the segment. In coordinates where $H_0 = I$ one has $\gamma \lVert A \rVert^2 \le 1/k$, and this is the "
        r"contraction.",
        depends=("hessian",),
    ),
    Claim(
        id="contraction-softmax",
        title="Softmax: contraction from any start",
        statement="norm(grad(L) - at(grad(L), y)) <= norm(x - y) / k",
        parameters={"k": "k > 1"},
        assume=("norm1(b) <= 1", "opnorm(A)**2 <= 1 / (2 * k)"),
        model=Model(SOFTMAX),
        proof=(
            "norm(grad(L) - at(grad(L), y)) <= 2 * opnorm(A)**2 * norm(x - y)",
            "2 * opnorm(A)**2 * norm(x - y) <= norm(x - y) / k",
        ),
        prose=r"In coordinates where $A^\top W^2 A = I$, weights $\omega_i^2 \ge 2 k$ give $\lVert A \rVert^2 \le 1 / 2k$. There is no condition "
        r"on the start, and none on the Hessian's variation.",
        depends=("softmax-lipschitz-gradient",),
    ),
    Claim(
        id="contraction-needs-weight",
        title="Softmax: too little weight, no contraction",
        statement="norm(grad(L) - at(grad(L), y)) <= norm(x - y) / 2",
        assume=("norm1(b) <= 1", "opnorm(A)**2 <= 2"),
        model=Model(SOFTMAX),
        expect=(Status.REFUTED,),
        prose=r"With $\lVert A \rVert^2 = 2$, that is $\omega_i^2 = \tfrac12$, the factor $\tfrac12$ is exceeded.",
    ),
)
