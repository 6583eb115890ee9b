r"""||hess L(x) - hess L(y)|| <= 0.57140736 ||A||^3 ||x - y|| for softmax, norm1(b) <= 1 and every n; 0.57140735 would be too small.

A symmetric trilinear form is largest at three equal vectors, so the constant is the largest value of $T = D^3 L[z, z, z]$ for $|z| \le 1$
(played by $\omega$).  With $h = z - \langle f, z \rangle$, $r = f \odot h^2$, $V = \sum r$, $X = \langle f, r \rangle$ and
$G = \langle f, f \rangle$,
$$T = \langle r, w \rangle, \qquad w = 3 \langle f \odot b, h \rangle - 6 \langle f^2, h \rangle + 4 f \odot h
- (G - \langle f, b \rangle) h - b \odot h.$$
For a number $\tau$ that may depend on $f$ let $v = w + C \tau^2 f - 2 C \tau$.  Then
$C - T = C (1 - \tau V)^2 + C \tau^2 (X - V^2) - \langle r, v \rangle$ with $X \ge V^2$, and it is enough that $\langle r, v \rangle \le 0$.
The weights $\rho = r / V$ lie on the simplex and leave room for $f$, $f + \rho \le 1$, so that this follows from what two entries say:
$(1 - f_i) v_i + f_i v_j \le 0$ for $i \ne j$.  That is affine in $b$, hence extreme for $b = \pm e_k$, and affine in $z$; what is left
are polynomials in three or four numbers.  All are nonnegative for $\tau = 1.1936168 + 1.8 G$, which comes near
$1 / \langle f, \rho \rangle$ where $T$ is largest: at $n = 2$, $b = e_1$, $f_1 = p = 0.3637...$ with $60 p^3 - 72 p^2 + 21 p = 1$ and
$z = (1, -1)/\sqrt 2$ it is $0.57140735895...$
"""

from dataclasses import dataclass

from derivations.soft_residual.sharp_terms import LET
from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

SOFT = Model(SOFTMAX)
BALL, MASS, NONE = "norm(omega) <= 1", "norm1(b) <= 1", "b == 0"
STEP = "norm(x - y)"
OWN = "4 * f * h - 6 * inner(f**2, h) - G * h"
NAMES = {
    **{name: LET[name] for name in ("h", "r", "V", "X", "G", "N")},
    "T": "inner(grad(inner(omega, B @ omega), t), omega)",
    "wb": f"{OWN} + 3 * inner(f*b, h) + inner(f, b) * h - b * h",
}
SQUARE = "inner(f*h - V*omega, f*h - V*omega) + V**2 * (1 - N)"
"""X - V^2, since <f h, z> = V."""


@dataclass(frozen=True)
class Target:
    """What is assumed of b, the weights that T has then, and the numbers that suit them."""

    prefix: str
    words: str
    assume: str
    weights: str
    constant: str
    tau: str
    model: Model = SOFT
    domain: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The abbreviations of its claims."""
        own = {"C": self.constant, "tau": self.tau, "wt": self.weights, "vt": "wt + C * tau**2 * f - 2 * C * tau"}
        return NAMES | own

    @property
    def steps(self) -> tuple[str, ...]:
        """From <r, v> <= 0 to <r, w> <= C."""
        room = f"C * (1 - tau*V)**2 + C * tau**2 * ({SQUARE}) - inner(r, vt)"
        return (
            "inner(f*h - V*omega, f*h - V*omega) >= 0",
            "V**2 * (1 - N) >= 0",
            "C * (1 - tau*V)**2 >= 0",
            f"C * tau**2 * ({SQUARE}) >= 0",
            f"{room} >= 0",
            f"C - inner(r, wt) == {room}",
            "C - inner(r, wt) >= 0",
            "inner(r, wt) <= C",
        )

    def claim(self, name: str, title: str, statement: str, prose: str, *depends: str, **rest) -> Claim:
        """A claim for this target, about every z in the unit ball."""
        return Claim(
            id=f"{self.prefix}-{name}",
            title=f"{title}, {self.words}",
            statement=statement,
            prose=prose,
            model=self.model,
            let=self.names,
            depends=tuple(base if base == FORM.id else f"{self.prefix}-{base}" for base in depends),
            **{"assume": (*self.domain, self.assume, BALL), **rest},
        )

    def from_pairs(self) -> tuple[Claim, ...]:
        """From two entries to their mean: f on the simplex is all that is used of the unit."""
        used = (*self.domain, *(text for text in (self.assume, BALL) if text != NONE))
        return (
            self.claim(
                "pairs",
                "Two entries of what bounds the third derivative",
                "(1 - eye(n)) * max(outer((1 - f) * vt, ones(n)) + outer(f, vt), 0) == 0",
                r"$(1 - f_i) v_i + f_i v_j \le 0$ for all $i \ne j$: polynomials in $f_i$, $f_j$, $f_k$ and the power sums of the others.",
                assume=used,
            ),
            self.claim(
                "mean",
                "The mean of what bounds the third derivative",
                "inner(r, vt) <= 0",
                r"The sum over $j \ne i$ of $r_j$ times the claim before is $f_i \langle r, v \rangle + (V - V f_i - r_i) v_i$.",
                "pairs",
                assume=used,
            ),
        )

    def claims(self) -> tuple[Claim, ...]:
        """From two entries to the Lipschitz constant."""
        return (
            *self.from_pairs(),
            self.claim(
                "third",
                "The third derivative",
                "T <= C",
                r"$X - V^2 = \| f \odot h - V z \|^2 + V^2 (1 - |z|^2)$ is not negative. The other sign is that of $-z$.",
                FORM.id,
                "mean",
                proof=(*self.steps, "inner(r, wb) == inner(r, wt)"),
            ),
            self.claim(
                "in-t",
                "The Hessian in t is Lipschitz",
                f"opnorm(B - at(B, y)) <= {self.constant} * norm(t - at(t, y))",
                r"The integral of the third derivative along the segment.",
                "third",
                assume=(self.assume,),
            ),
            self.claim(
                "hessian",
                "The Hessian is Lipschitz",
                f"opnorm(hess(L) - at(hess(L), y)) <= {self.constant} * opnorm(A)**3 * {STEP}",
                r"The Hessian is $A^\top B A$, and $t = A x$.",
                "in-t",
                assume=(self.assume,),
            ),
        )


FORM = Claim(
    id="sharp-lipschitz-weights",
    title="The third derivative of the softmax loss",
    statement="T == inner(r, wb)",
    model=SOFT,
    let=NAMES,
    prose=r"$D^3 L[z, z, z]$ in terms of $h = z - \langle f, z \rangle$.",
)
SMALL = Target("sharp-lipschitz", "norm1(b) <= 1", MASS, NAMES["wb"], "0.57140736", "1.1936168 + 1.8*G")
ZERO = Target("zero-lipschitz", "b = 0", NONE, OWN, "0.36114467", "1.21812 + 2*G")

FALSE = tuple(
    Claim(
        id=f"{target.prefix}-{name}",
        title=title,
        statement=f"inner(r, wb) <= {constant}",
        model=SOFT,
        let=NAMES,
        assume=assume,
        expect=(Status.REFUTED,),
        prose=prose,
    )
    for target, name, title, constant, assume, prose in (
        (SMALL, "best", "The constant cannot be lowered", "0.571", (MASS, BALL, "n == 2"), r"Refuted at $n = 2$."),
        (ZERO, "best", "Nor can it be for b = 0", "0.361", (NONE, BALL, "n == 2"), r"Refuted at $n = 2$."),
        (SMALL, "needs-mass", "It needs a bound of b", SMALL.constant, (BALL,), r"$T$ is affine in $b$."),
        (
            SMALL,
            "needs-mass-in-norm1",
            "A bound of b in the Euclidean norm is not enough",
            SMALL.constant,
            ("norm(b) <= 1", BALL),
            r"$|b| \le 1$ allows more than the convex hull of the $\pm e_k$.",
        ),
    )
)

CLAIMS = (FORM, *SMALL.claims(), *ZERO.claims(), *FALSE)
