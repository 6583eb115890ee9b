r"""B = diag(r) Bs diag(r) + diag(h'' * f * psi), h = log phi, and -8/27 <= f * psi <= 0.385: a positive unit from softmax.

Where $u > 0$, $f$ is the softmax of $s = h(t)$ with $h = \log \varphi$, so $r = h'(t) = v/u$ and $h''(t) = w/u - (v/u)^2$, and $B_s$ is the
softmax matrix at the same $f$.
"""

from resmax_sym.judge import Claim, Status

CENTRED = "eye(n) - outer(ones(n), f)"
LET = {
    "r": "v / u",
    "P": CENTRED,
    "Bs": "P.T @ diag(f * (f + psi)) @ P",
    "bend": "w / u - r**2",
}
MASS = "norm1(b) <= 1"
POSITIVE = ("u > 0", MASS)
FORM = "diag(r) @ Bs @ diag(r) + diag(bend * (f * psi))"

ABOVE = "(0.385 - f * (1 - f**2)) + f * ((1 - f - (inner(b, f) - b)) + (inner(f, f) - f**2))"
BELOW = "(8 / 27 - 2 * f * (1 - f)**2) + f * ((1 - f - (b - inner(b, f))) + (f**2 + (1 - f)**2 - inner(f, f)))"
UPPER = (f"0.385 - f * psi == {ABOVE}", f"{ABOVE} >= 0", "0.385 - f * psi >= 0", "f * psi <= 0.385")
LOWER = (f"f * psi - (-8 / 27) == {BELOW}", f"{BELOW} >= 0", "f * psi - (-8 / 27) >= 0", "f * psi >= -8 / 27")
ENTRIES = (*UPPER, *LOWER)

IDENTITY = (
    Claim(
        id="positive-unit-slope",
        title="The slope of the logarithm of the unit",
        statement="D(log(u)) == diag(v / u) @ A",
        prose=r"Where $u > 0$, $f = \mathrm{softmax}(s)$ with $s = \log u$ entry by entry, whose slope is $r = v/u$.",
    ),
    Claim(
        id="positive-unit-bend",
        title="The second derivative of the logarithm of the unit",
        statement="D(v / u) == diag(w / u - (v / u)**2) @ A",
        prose=r"$h'' = \varphi''/\varphi - (\varphi'/\varphi)^2$ by the quotient rule.",
        depends=("positive-unit-slope",),
    ),
    Claim(
        id="positive-unit-congruence",
        title="Every unit from softmax",
        statement=f"B == {FORM}",
        let=LET,
        prose=r"The chain rule for $L \circ h$: the softmax matrix $B_s$ at the same $f$ between two diagonal matrices, and the gradient "
        r"$f \odot \psi$ with respect to $s$ times $h''$. An identity between rational functions, so the sign of $u$ does not matter.",
    ),
    Claim(
        id="positive-unit-congruence-needs-bend",
        title="The second derivative of the logarithm is needed",
        statement="B == diag(r) @ Bs @ diag(r)",
        let=LET,
        expect=(Status.REFUTED,),
        prose=r"The congruence alone fails unless $h$ is affine, as it is for $\varphi = \exp$.",
    ),
)

SINGLE = (
    Claim(
        id="entry-mean",
        title="An entry of b and the mean of b",
        statement="abs(inner(b, f) - b) <= 1 - f",
        assume=POSITIVE,
        prose=r"$\langle b, f \rangle - b_k = \langle b, f - e_k \rangle$, and no entry of $f - e_k$ exceeds $1 - f_k$ in absolute value, since "
        r"the other entries of $f$ sum to $1 - f_k$. Hoelder with $\|b\|_1 \le 1$.",
    ),
    Claim(
        id="entry-square",
        title="One square among several",
        statement="inner(f, f) >= f**2",
        prose=r"The square of one entry is a term of the sum of all squares, for every unit and every sign.",
    ),
    Claim(
        id="entry-squares",
        title="The squares of the other entries",
        statement="inner(f, f) <= f**2 + (1 - f)**2",
        assume=("u > 0",),
        prose=r"The entries other than $f_k$ are nonnegative and sum to $1 - f_k$; so their squares sum to $(1 - f_k)^2$ at most.",
    ),
    Claim(
        id="entry-cubic",
        title="A cubic on the unit interval",
        statement="f * (1 - f**2) <= 0.385",
        assume=("u > 0",),
        prose=r"$p(1 - p^2)$ is largest at $p = 1/\sqrt 3$, where it is $2/(3\sqrt 3) = 0.3849$.",
    ),
    Claim(
        id="entry-upper",
        title="The gradient in s from above",
        statement="f * psi <= 0.385",
        assume=POSITIVE,
        prose=r"$\psi_k = f_k - \|f\|^2 + \langle b, f \rangle - b_k \le 1 - f_k^2$ by the two bounds of single entries, then the cubic.",
        depends=("entry-mean", "entry-square", "entry-cubic"),
        proof=UPPER[:-1],
    ),
    Claim(
        id="entry-lower",
        title="The gradient in s from below",
        statement="f * psi >= -8 / 27",
        assume=POSITIVE,
        prose=r"Likewise $\psi_k \ge -2(1 - f_k)^2$, and $2p(1-p)^2$ is largest at $p = 1/3$. It is attained for $n = 2$ at $b = e_k$.",
        depends=("entry-mean", "entry-squares"),
        proof=LOWER[:-1],
    ),
    Claim(
        id="entry-upper-grows",
        title="8/27 is not enough from above",
        statement="f * psi <= 8 / 27",
        assume=POSITIVE,
        expect=(Status.REFUTED,),
        prose=r"For $n = 2$ the entries stay below $8/27$ too; with many entries beside $f_k = 1/\sqrt 3$ they approach 0.3849.",
    ),
    Claim(
        id="entry-lower-is-sharp",
        title="2 % less is not enough from below",
        statement="f * psi >= -0.2903",
        assume=POSITIVE,
        expect=(Status.REFUTED,),
        prose=r"The bound $8/27 = 0.2963$ cannot be lowered by 2 %.",
    ),
    Claim(
        id="entry-needs-mass",
        title="The entries of b must be bounded",
        statement="abs(inner(b, f) - b) <= 1 - f",
        assume=("u > 0",),
        expect=(Status.REFUTED,),
        prose=r"The left side grows with $b$, the right side does not.",
    ),
    Claim(
        id="entry-needs-positive",
        title="The unit must be positive",
        statement="f * psi <= 0.385",
        assume=(MASS,),
        expect=(Status.REFUTED,),
        prose=r"Where $u$ has both signs $\alpha$ may be small, and $f$ as large as one likes.",
    ),
)

CLAIMS = (*IDENTITY, *SINGLE)
