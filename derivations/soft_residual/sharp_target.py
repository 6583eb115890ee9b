r"""||B - B_0|| <= (sqrt(6)/9) ||b||: what the target adds to the softmax Hessian, in the Euclidean norm of b, for every n.

$B$ is affine in $b$, and $B_0$ is its value at $b = 0$. For a vector $z$ the form of $B_0 - B$ is the joint third cumulant of $b, z, z$ under
$f$, which is at most $\tfrac{\sqrt 6}{9} \lVert b \rVert$ for a unit vector $z$. Nothing has to be assumed of $b$. The bound by
$\lVert b \rVert_1$, with the smaller factor $1/(3 \sqrt 3)$, is `sharp-b-eigmax`.
"""

from derivations.soft_residual.sharp_terms import LET
from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

SOFT = Model(SOFTMAX)
NAMES = {
    "P": LET["P"],
    "Bz": LET["Bz"],
    "e": "b - inner(b, f)",
    "K": "diag(f * e) - (outer(f, f * e) + outer(f * e, f))",
}

CLAIMS = (
    Claim(
        id="target-cumulant",
        title="What the target adds to B",
        statement="Bz - B == K",
        let=NAMES,
        model=SOFT,
        prose=r"$z^\top K z = \mathbb E[(b - \mathbb E b)(z - \mathbb E z)^2]$ under $f$, written as a matrix.",
        depends=("softmax-congruence",),
    ),
    Claim(
        id="target-cumulant-norm",
        title="The third cumulant of the target",
        statement="opnorm(K) <= sqrt(6) / 9 * norm(b)",
        let=NAMES,
        model=SOFT,
        prose=r"For unit vectors a third cumulant is at most $\max_v v \sqrt{2 - 4 v} = \sqrt 6 / 9$, and it is linear in $b$.",
    ),
    Claim(
        id="target-norm",
        title="What the target adds, in the Euclidean norm",
        statement="opnorm(Bz - B) <= sqrt(6) / 9 * norm(b)",
        let=NAMES,
        model=SOFT,
        prose=r"The norm of the matrix before.",
        depends=("target-cumulant", "target-cumulant-norm"),
    ),
    Claim(
        id="target-norm-sharp",
        title="The factor cannot be lowered",
        statement="opnorm(K) <= 0.2721 * norm(b)",
        let=NAMES,
        model=SOFT,
        expect=(Status.REFUTED,),
        prose=r"$\sqrt 6 / 9 = 0.27216\ldots$ is attained at $n = 2$, $b = (1, -1)$, $f_1 = \tfrac12 - \tfrac{1}{2 \sqrt 3}$.",
    ),
    Claim(
        id="target-needs-simplex",
        title="A fact about points of the simplex",
        statement="opnorm(K) <= sqrt(6) / 9 * norm(b)",
        let=NAMES,
        expect=(Status.REFUTED,),
        prose=r"For $\varphi(s) = e^s + s$ the entries of $f$ may have both signs, and no bound holds.",
    ),
)
