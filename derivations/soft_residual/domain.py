r"""alpha = <phi(t), 1> = 0: the hypersurface on which f, and with it the whole problem, is undefined.

For $\varphi = \exp$ it is empty. For $\varphi(s) = e^s + s$ it is not: $\varphi$ is negative below $-0.567\ldots$, so $\alpha$ takes
both signs, and the segment between two points where $\alpha > 0$ may cross into $\alpha < 0$. Every claim that divides by
$\alpha$ carries the guard `alpha != 0`; what builds on it inherits the guard.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

CLAIMS = (
    Claim(
        id="alpha-sign",
        title="The normaliser is not always positive",
        statement="alpha > 0",
        expect=(Status.REFUTED,),
        prose=r"One negative entry of $t$ suffices: $e^{-1} - 1 < 0$.",
        depends=("derivative-alpha",),
    ),
    Claim(
        id="alpha-positive-softmax",
        title="For softmax there is no forbidden set",
        statement="alpha > 0",
        model=Model(SOFTMAX),
        prose=r"A sum of exponentials is positive, so softmax regression is defined for every $A$ and $x$.",
    ),
    Claim(
        id="unit-positive",
        title="The unit is positive from -1/2 on",
        statement="u > 0",
        assume=("t >= -1/2",),
        prose=r"$e^s + s$ increases and is $0.106\ldots$ at $s = -\tfrac12$.",
    ),
    Claim(
        id="alpha-floor",
        title="A floor for alpha on a half-space",
        statement="alpha >= n * (exp(-1/2) - 1/2)",
        assume=("t >= -1/2",),
        prose=r"$\{t \ge -\tfrac12\}$ is convex, and $\alpha$ stays away from 0 on it: a natural place to work in.",
        depends=("unit-positive",),
    ),
    Claim(
        id="f-on-simplex",
        title="f lies on the simplex where the unit is positive",
        statement="simplex(f)",
        assume=("t >= -1/2",),
        prose=r"$u > 0$ and $\alpha = \langle u, \mathbf 1 \rangle$, so that $f = u / \alpha$ is positive and sums to 1.",
        depends=("unit-positive",),
    ),
    Claim(
        id="f-bounded",
        title="f is bounded there",
        statement="norm(f) <= 1",
        assume=("t >= -1/2",),
        prose=r"A point of the simplex has Euclidean norm at most 1.",
        depends=("f-on-simplex",),
    ),
    Claim(
        id="f-unbounded",
        title="f may leave the ball of radius 100",
        statement="norm(f) <= 100",
        expect=(Status.REFUTED,),
        prose=r"As $\alpha \to 0$ with $u \neq 0$, $f = u / \alpha$ leaves every ball.",
        depends=("alpha-sign",),
    ),
    Claim(
        id="alpha-hessian",
        title="Hessian of the normaliser",
        statement="hess(alpha) == A.T @ diag(w) @ A",
        prose=r"$\alpha$ is a sum of $\varphi(t_i)$, each a function of one linear form.",
        depends=("derivative-alpha",),
    ),
    Claim(
        id="alpha-convex",
        title="The normaliser is convex",
        statement="psd(hess(alpha))",
        proof=("hess(alpha) == A.T @ diag(w) @ A", "psd(A.T @ diag(w) @ A)"),
        prose=r"$\varphi'' = \exp > 0$. Convex is the wrong way round for a set $\{\alpha \ge \beta\}$: it need not be convex.",
        depends=("alpha-hessian",),
    ),
    Claim(
        id="alpha-between",
        title="Positive at both ends, not in between",
        statement="on_segment(alpha > 0)",
        assume=("alpha > 0", "at(alpha, y) > 0"),
        expect=(Status.REFUTED,),
        prose=r"Why a Lipschitz bound under $\alpha \ge \beta$ is a statement about pairs of points and says nothing of the way "
        r"between them, and why a line search has to watch $\alpha$.",
    ),
)
