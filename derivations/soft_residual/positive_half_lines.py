r"""-2.12 <= B <= 2.13 for t >= 0, -0.344 <= B <= 0.388 for t >= 1: the unit exp(s) + s on half lines, for every n and d.

With $h(s) = \log(e^s + s)$ the bounds of $h'$ and $h''$ are signs of polynomials in $s$ and $e^s$.  Those of the softmax matrix,
$-0.24041 \le B_s \le 0.30812$, are the sharp ones of `sharp`.
"""

from derivations.soft_residual.positive_entries import ENTRIES, LET, MASS
from resmax_sym.judge import Claim, Status

HALF_LINES = {
    "from-zero": ("0", "2", "3", "2.12", "2.13"),
    "from-one": ("1", "1", "0.269", "0.344", "0.388"),
    "from-minus-half": ("-1 / 2", "15.081", "221.73", "140.1", "135.8"),
}
"""Name -> tau, then bounds of |h'|, of -h'', of -B and of B for exp(s) + s on s >= tau; h'' <= 0.0371 on all three."""


def half_line(name: str) -> tuple[Claim, ...]:
    """The chain for the unit exp(s) + s on t >= tau, from the sign of u to the spectrum of B."""
    tau, slope, bend, least, largest = HALF_LINES[name]
    room = f"t >= {tau}"
    facts = (
        ("positive", "u > 0", rf"$e^s + s$ increases and is positive at $s = {tau}$."),
        ("slope", f"abs(v / u) <= {slope}", rf"$h' = (e^s + 1)/(e^s + s)$ is largest at the end $s = {tau}$; the sign of a polynomial in $s$ and $e^s$."),
        ("bend-below", f"w / u - (v / u)**2 >= -{bend}", rf"$h'' = ((s - 2) e^s - 1)/(e^s + s)^2$ is least at $s = {tau}$."),
        ("bend-above", "w / u - (v / u)**2 <= 0.0371", r"$h''$ is negative up to $s = 2.2$, and small beyond."),
    )  # fmt: skip
    base = [
        Claim(
            id=f"{name}-{part}", title=f"exp(s) + s on s >= {tau}: {part}", statement=text, assume=(room,), prose=prose
        )
        for part, text, prose in facts
    ]
    return (
        *base,
        Claim(
            id=f"{name}-spectrum-lower",
            title=f"Least eigenvalue of B for t >= {tau}",
            statement=f"eigmin(B) >= -{least}",
            let=LET,
            assume=(room, MASS),
            prose=rf"$0.24041 \cdot {slope}^2 + 0.385 \cdot {bend} \le {least}$: the congruence by $h'$ and the diagonal with $h''$ add up.",
            depends=("positive-unit-congruence", "sharp-eigmin-decimal", *(claim.id for claim in base)),
            proof=ENTRIES,
        ),
        Claim(
            id=f"{name}-spectrum-upper",
            title=f"Largest eigenvalue of B for t >= {tau}",
            statement=f"eigmax(B) <= {largest}",
            let=LET,
            assume=(room, MASS),
            prose=rf"$0.30812 \cdot {slope}^2 + \tfrac{{8}}{{27}} \cdot {bend} \le {largest}$: where $h''$ is negative the smaller bound $8/27$ of "
            r"$-f \odot \psi$ counts, which sharpens the general theorem.",
            depends=("positive-unit-congruence", "sharp-eigmax-decimal", *(claim.id for claim in base)),
            proof=ENTRIES,
        ),
    )


ON_ZERO, ON_ONE = ("t >= 0", MASS), ("t >= 1", MASS)
TOTAL = ("omega**2 >= 2.12 + l / s", "eigmin(A.T @ A) >= s")
LIFT = {"l": "l >= 0", "s": "s > 0"}
CONSEQUENCES = (
    Claim(
        id="from-zero-is-convex",
        title="The natural hypothesis is convex",
        statement="A @ (s * x + (1 - s) * y) - k >= 0",
        parameters={"k": "", "s": "0 <= s <= 1"},
        assume=("A @ x - k >= 0", "A @ y - k >= 0"),
        prose=r"$\{x : Ax \ge \tau\}$ is an intersection of half spaces, so what holds on it holds along segments.",
        proof=(
            "A @ (s * x + (1 - s) * y) - k == s * (A @ x - k) + (1 - s) * (A @ y - k)",
            "s * (A @ x - k) + (1 - s) * (A @ y - k) >= 0",
        ),
    ),
    Claim(
        id="from-zero-hessian-lower",
        title="Least curvature of the loss where A x >= 0",
        statement="eigmin(hess(L)) >= -2.12 * opnorm(A)**2",
        assume=("A @ x >= 0", MASS),
        prose=r"The hypothesis in the data: every row of $A$ has a nonnegative product with $x$.",
        depends=("from-zero-spectrum-lower", "hessian"),
    ),
    Claim(
        id="from-zero-hessian-upper",
        title="Largest curvature of the loss where A x >= 0",
        statement="eigmax(hess(L)) <= 2.13 * opnorm(A)**2",
        assume=("A @ x >= 0", MASS),
        prose=r"The same from above, which gives a step length of $1/(2.13\, \|A\|^2)$.",
        depends=("from-zero-spectrum-upper", "hessian"),
    ),
    Claim(
        id="from-zero-convex",
        title="Strong convexity with a regulariser where t >= 0",
        statement="psd(hess(L_tot) - l * eye(d))",
        parameters=LIFT,
        assume=(*ON_ZERO, *TOTAL),
        prose=r"Weights $\omega_i^2 \ge 2.12 + l/s$ make the regularised loss $l$-strongly convex on $\{Ax \ge 0\}$ if $A^\top A \ge s$.",
        depends=("from-zero-spectrum-lower", "total-hessian"),
    ),
)

NEIGHBOURS = (
    Claim(
        id="from-zero-convex-needs-rank",
        title="Strong convexity needs a full rank",
        statement="psd(hess(L_tot) - l * eye(d))",
        parameters=LIFT,
        let=LET,
        assume=(*ON_ZERO, TOTAL[0]),
        expect=(Status.REFUTED,),
        prose=r"Where $A$ is small or has a kernel no weights help.",
    ),
    Claim(
        id="slope-needs-room",
        title="A positive unit alone bounds no slope",
        statement="abs(v / u) <= 2",
        assume=("u > 0",),
        expect=(Status.REFUTED,),
        prose=r"$h' = v/u$ grows without bound towards $s = -W(1) = -0.567$, where $u$ vanishes.",
    ),
    Claim(
        id="slope-rounded-down",
        title="15.08 is rounded down",
        statement="abs(v / u) <= 15.08",
        assume=("t >= -1 / 2",),
        expect=(Status.REFUTED,),
        prose=r"$h'(-1/2) = 15.0804\ldots$, so a table that says 15.08 must not be read as a bound.",
    ),
    Claim(
        id="bend-rounded-down",
        title="221.7 is rounded down",
        statement="w / u - (v / u)**2 >= -221.7",
        assume=("t >= -1 / 2",),
        expect=(Status.REFUTED,),
        prose=r"$h''(-1/2) = -221.726\ldots$",
    ),
    Claim(
        id="spectrum-needs-room",
        title="The half line is needed",
        statement="eigmin(B) >= -2.12",
        assume=("u > 0", MASS),
        expect=(Status.REFUTED,),
        prose=r"Near $s = -0.567$ the matrix is as indefinite as one likes.",
    ),
    Claim(
        id="spectrum-needs-mass",
        title="The mass of b must be bounded",
        statement="eigmax(B) <= 2.13",
        assume=("t >= 0",),
        expect=(Status.REFUTED,),
        prose=r"$B$ is affine in $b$.",
    ),
    Claim(
        id="from-zero-lower-too-sharp",
        title="2 % below the best value found, t >= 0, from below",
        statement="eigmin(B) >= -0.98 * (sqrt(13) - 2) / 4",
        assume=ON_ZERO,
        expect=(Status.REFUTED,),
        prose=r"At $n = 2$, $t = 0$, $b = e_1$ the least eigenvalue is $-(\sqrt{13} - 2)/4 = -0.4014$.",
    ),
    Claim(
        id="from-zero-upper-too-sharp",
        title="2 % below the best value found, t >= 0, from above",
        statement="eigmax(B) <= 0.98 * (sqrt(13) + 2) / 4",
        assume=ON_ZERO,
        expect=(Status.REFUTED,),
        prose=r"At the same point the largest eigenvalue is $(\sqrt{13} + 2)/4 = 1.4014$.",
    ),
    Claim(
        id="from-one-lower-too-sharp",
        title="2 % below the best value found, t >= 1, from below",
        statement="eigmin(B) >= -0.2356",
        assume=ON_ONE,
        expect=(Status.REFUTED,),
        prose=r"For large $t$ the unit is nearly $\exp$, and the softmax value $-0.2404$ is approached.",
    ),
    Claim(
        id="from-one-upper-too-sharp",
        title="2 % below the best value found, t >= 1, from above",
        statement="eigmax(B) <= 0.3019",
        assume=ON_ONE,
        expect=(Status.REFUTED,),
        prose=r"Likewise $0.3081$ is approached from below.",
    ),
)

OPEN = (
    Claim(
        id="from-zero-lower-open",
        title="The best lower value found for t >= 0",
        statement="eigmin(B) >= -(sqrt(13) - 2) / 4",
        assume=ON_ZERO,
        expect=(Status.UNREFUTED,),
        prose=r"Between $-0.4014$, which is attained, and the proved $-2.12$ the truth is open: the extremes of the two parts do not meet.",
    ),
    Claim(
        id="from-zero-upper-open",
        title="The best upper value found for t >= 0",
        statement="eigmax(B) <= (sqrt(13) + 2) / 4",
        assume=ON_ZERO,
        expect=(Status.UNREFUTED,),
        prose=r"$1.4014$ is attained, $2.13$ is proved.",
    ),
)

HALF = tuple(claim for name in HALF_LINES for claim in half_line(name))
CLAIMS = (*HALF, *CONSEQUENCES, *NEIGHBOURS, *OPEN)
