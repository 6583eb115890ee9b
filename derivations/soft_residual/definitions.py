r"""d f/d x = alpha^-1 (diag(v) - f v^T) A: the named quantities and their first derivatives.

With $t = Ax$ the model takes a smooth unit $\varphi$ entry by entry, $u = \varphi(t)$, $v = \varphi'(t)$, $w = \varphi''(t)$, and
normalises by $\alpha = \langle u, \mathbf 1 \rangle$, which is undefined as a divisor where it vanishes.  Nothing in this chapter
depends on which unit it is: $\varphi$ stays abstract in every proof.
"""

from resmax_sym.judge import Claim

CLAIMS = (
    Claim(
        id="derivative-u",
        title="Derivative of the unit",
        statement="D(u) == diag(v) @ A",
        prose=r"Row $i$ of $t = Ax$ moves with slope $A_{ij}$ along $x_j$, and the chain rule multiplies it by $v_i$.",
    ),
    Claim(
        id="derivative-alpha",
        title="Derivative of the normaliser",
        statement="grad(alpha) == A.T @ v",
        prose=r"The normaliser is the sum of the entries of $u$, so its slopes are the column sums of $\operatorname{diag}(v) A$.",
        depends=("derivative-u",),
    ),
    Claim(
        id="derivative-reciprocal",
        title="Derivative of the reciprocal normaliser",
        statement="grad(alpha**-1) == -alpha**-2 * (A.T @ v)",
        prose=r"Where $\alpha \ne 0$ the power rule applies.",
        depends=("derivative-alpha",),
    ),
    Claim(
        id="derivative-f",
        title="Jacobian of the normalised vector",
        statement="D(f) == (diag(v) - outer(f, v)) @ A / alpha",
        prose=r"The product rule on $f = \alpha^{-1} u$: the second term is what the normalisation takes back.",
        depends=("derivative-u", "derivative-reciprocal"),
    ),
    Claim(
        id="jacobian-t",
        title="Jacobian with respect to t",
        statement="D(f, t) == J",
        prose=r"The same with respect to $t$, where the slope of $t_i$ along $t_j$ is 1 on the diagonal and 0 off it.",
        depends=("derivative-f",),
    ),
    Claim(
        id="derivative-c",
        title="Jacobian of the residual",
        statement="D(c) == D(f)",
        prose=r"$c = f - b$ differs from $f$ by a constant.",
        depends=("derivative-f",),
    ),
)
