r"""hess L is not positive semidefinite; hess L_tot is, as soon as the regulariser outweighs the most negative curvature of B.

With $-\gamma I \preceq B \preceq \Gamma I$ on the domain and $W = \operatorname{diag}(\omega)$: $\omega_i^2 \ge \gamma + l / \sigma_{\min}(A)^2$ gives
$\nabla^2 L_{\mathrm{tot}} \succeq l I$, and $\omega_i^2 \ge k \max(\gamma, \Gamma)$ makes $B + W^2$ and $W^2$ comparable with the
factors $k / (k \mp 1)$, neither of which can be improved.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

LOWER = ("eigmin(B) >= -g", "omega**2 >= k * g")
UPPER = ("eigmax(B) <= g", "omega**2 >= k * g")
COMPARED = {"g": "g >= 0", "k": "k > 1"}
FIXED = "outer(v, psi * v) + outer(psi * v, v)"
EXCESS = ("alpha * psi * w >= -m", "norm(v) * norm(psi * v) + inner(v, psi * v) <= k")
W = "diag(omega**2)"

PLAIN = (
    Claim(
        id="convexity",
        title="Is the loss convex?",
        statement="psd(hess(L))",
        assume=("simplex(b)", "alpha >= 1/2"),
        expect=(Status.REFUTED,),
        prose=r"The plain statement fails, even for a target on the simplex and far from $\alpha = 0$. The witness is as small as they "
        r"come; everything below is about what is true instead.",
        depends=("hessian",),
    ),
    Claim(
        id="convexity-softmax",
        title="Is softmax regression convex?",
        statement="psd(hess(L))",
        assume=("simplex(b)",),
        model=Model(SOFTMAX),
        expect=(Status.REFUTED,),
        prose=r"Nor does the exponential unit save it.",
    ),
    Claim(
        id="core-indefinite",
        title="It is B that is indefinite",
        statement="psd(B)",
        assume=("simplex(b)", "u >= 0"),
        expect=(Status.REFUTED,),
        prose=r"$A$ only restricts $B$ to the range of $A$; the negative curvature sits in $B$.",
        depends=("hessian-t",),
    ),
    Claim(
        id="gauss-newton-psd",
        title="The Gauss-Newton part is semidefinite",
        statement="psd(J.T @ J)",
        prose=r"$z^\top J^\top J z = \lVert J z \rVert^2$.",
        depends=("jacobian-t",),
    ),
    Claim(
        id="regulariser-psd",
        title="The regulariser is convex",
        statement="psd(hess(L_reg))",
        prose=r"$A^\top \operatorname{diag}(\omega^2) A$ is a Gram matrix.",
        depends=("regulariser-hessian",),
    ),
    Claim(
        id="two-term-bound",
        title="Two terms of rank one",
        statement=f"psd(k * eye(n) - ({FIXED}))",
        parameters={"k": "k >= 0"},
        assume=EXCESS[1:],
        prose=r"$a b^\top + b a^\top$ has the eigenvalues $\langle a, b \rangle \pm \lVert a \rVert \lVert b \rVert$, and 0 otherwise.",
    ),
    Claim(
        id="pointwise-lower",
        title="A pointwise lower bound",
        statement="psd(alpha**2 * B + (m + k) * eye(n))",
        parameters={"m": "m >= 0", "k": "k >= 0"},
        assume=EXCESS,
        proof=(
            f"alpha**2 * B == alpha**2 * (J.T @ J) + diag(alpha * psi * w) - ({FIXED})",
            f"psd(alpha**2 * (J.T @ J) + diag(alpha * psi * w) - ({FIXED}) + (m + k) * eye(n))",
        ),
        prose=r"For either sign of $\alpha$: $\lambda_{\min}(B) \ge \min_i \psi_i w_i / \alpha - (\lVert v \rVert \lVert \psi \odot v \rVert "
        r"+ \langle v, \psi \odot v \rangle) / \alpha^2$, written without divisions; $m$ and $k$ may be any numbers that large.",
        depends=("gauss-newton-split", "gauss-newton-psd", "two-term-bound"),
    ),
)

REGULARISED = (
    Claim(
        id="regularised-psd",
        title="Convex with the regulariser",
        statement="psd(hess(L_tot))",
        parameters={"g": "g >= 0"},
        assume=("eigmin(B) >= -g", "omega**2 >= g"),
        prose=r"$\nabla^2 L_{\mathrm{tot}} = A^\top (B + W^2) A$, and the bracket is semidefinite.",
        depends=("total-hessian",),
    ),
    Claim(
        id="regularised-definite",
        title="Strongly convex with the regulariser",
        statement="psd(hess(L_tot) - l * eye(d))",
        parameters={"g": "g >= 0", "l": "l > 0", "s": "s > 0"},
        assume=("eigmin(B) >= -g", "eigmin(A.T @ A) >= s", "omega**2 >= g + l / s"),
        prose=r"The headline theorem: $\omega_i^2 \ge \gamma + l / \sigma_{\min}(A)^2$ gives $\nabla^2 L_{\mathrm{tot}} \succeq l I$, for all $n$ "
        r"and $d$. $s > 0$ says that $A$ has rank $d$.",
        depends=("total-hessian", "regularised-psd"),
    ),
    Claim(
        id="regularised-rank",
        title="Rank d is needed",
        statement="psd(hess(L_tot) - l * eye(d))",
        parameters={"g": "g >= 0", "l": "l > 0"},
        assume=("eigmin(B) >= -g", "omega**2 >= g + l"),
        expect=(Status.REFUTED,),
        prose=r"Without a lower bound for $A^\top A$ no weight makes the loss strongly convex: for $d > n$ there are flat directions.",
    ),
    Claim(
        id="regularised-weight",
        title="Half the weight is not enough",
        statement="psd(hess(L_tot))",
        parameters={"g": "g >= 0"},
        assume=("eigmin(B) >= -g", "omega**2 >= g / 2"),
        expect=(Status.REFUTED,),
        prose=r"Where $B$ attains $-\gamma$, any smaller weight leaves a negative direction.",
    ),
    Claim(
        id="softmax-core-lower",
        title="Softmax: a lower bound by counting norms",
        statement="eigmin(B) >= -3/2",
        assume=("norm1(b) <= 1",),
        model=Model(SOFTMAX),
        prose=r"What the rules give without thought; the sharp constant is $-0.2404$.",
    ),
    Claim(
        id="softmax-core-upper",
        title="Softmax: an upper bound by counting norms",
        statement="eigmax(B) <= 2",
        assume=("norm1(b) <= 1",),
        model=Model(SOFTMAX),
        prose=r"Likewise; the sharp constant is $0.3081$.",
    ),
    Claim(
        id="softmax-regularised-psd",
        title="Softmax: convex with an explicit weight",
        statement="psd(hess(L_tot))",
        assume=("norm1(b) <= 1", "omega**2 >= 3/2"),
        model=Model(SOFTMAX),
        prose=r"A hypothesis that can be checked before the first step is made.",
        depends=("softmax-core-lower",),
    ),
)

COMPARISON = (
    Claim(
        id="closeness-upper",
        title="The regulariser is at most k/(k-1) times the whole",
        statement=f"psd(k * (B + {W}) - (k - 1) * {W})",
        parameters=COMPARED,
        assume=LOWER,
        proof=(f"psd(k * B + {W})",),
        prose=r"$k (B + W^2) - (k - 1) W^2 = k B + W^2 \succeq (\omega_{\min}^2 - k \gamma) I$.",
        depends=("total-hessian",),
    ),
    Claim(
        id="closeness-lower",
        title="The regulariser is at least k/(k+1) times the whole",
        statement=f"psd((k + 1) * {W} - k * (B + {W}))",
        parameters=COMPARED,
        assume=UPPER,
        proof=(f"psd({W} - k * B)",),
        prose=r"$(k + 1) W^2 - k (B + W^2) = W^2 - k B$.",
        depends=("total-hessian",),
    ),
    Claim(
        id="closeness-upper-hessian",
        title="The same between the Hessians",
        statement="psd(k * hess(L_tot) - (k - 1) * hess(L_reg))",
        parameters=COMPARED,
        assume=LOWER,
        proof=(f"psd(A.T @ (k * B + {W}) @ A)",),
        prose=r"Congruence with $A$ keeps the order. An approximate Newton method may therefore take $A^\top W^2 A$, which never changes, "
        r"for the whole Hessian.",
        depends=("closeness-upper", "regulariser-hessian"),
    ),
    Claim(
        id="closeness-lower-hessian",
        title="The same between the Hessians, from below",
        statement="psd((k + 1) * hess(L_reg) - k * hess(L_tot))",
        parameters=COMPARED,
        assume=UPPER,
        proof=(f"psd(A.T @ ({W} - k * B) @ A)",),
        prose=r"The other half.",
        depends=("closeness-lower", "regulariser-hessian"),
    ),
    Claim(
        id="closeness-upper-sharp",
        title="k/(k-1) cannot be lowered",
        statement=f"psd(0.95 * k * (B + {W}) - (k - 1) * {W})",
        parameters=COMPARED,
        assume=LOWER,
        expect=(Status.REFUTED,),
        prose=r"Five per cent less is false.",
    ),
    Claim(
        id="closeness-lower-sharp",
        title="k/(k+1) cannot be raised",
        statement=f"psd((k + 1) * {W} - 1.05 * k * (B + {W}))",
        parameters=COMPARED,
        assume=UPPER,
        expect=(Status.REFUTED,),
        prose=r"Five per cent more is false.",
    ),
)

CLAIMS = (*PLAIN, *REGULARISED, *COMPARISON)
