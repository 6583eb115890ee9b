r"""D^3 L[z, z, z] = T[h' z] + 3 <Bs (h' z), h'' z^2> + <f psi, h''' z^3>: the third derivative for every unit.

$T$ is the third derivative of the softmax loss at the same $f$; where $u > 0$, $f$ lies on the simplex, which is all that its bound needs.
"""

from derivations.soft_residual.positive_entries import LET as SPECTRAL
from resmax_sym.judge import Claim, Status

SOFTMAX_FORM = {
    "h": "omega - inner(f, omega)",
    "V": "sum(f * h**2)",
    "G": "inner(f, f)",
    "K": "sum(f * h**3)",
    "T": "4*inner(f, f*h**3) - 6*V*inner(f, f*h) - G*K - inner(b, f*h**3 - 3*V*f*h - f*K)",
}
"""T is the third derivative of the softmax loss along omega."""

JERK = "grad(sum(bend), t)"
D3 = "inner(grad(inner(omega, B @ omega), t), omega)"


def third_let(scale: str) -> dict[str, str]:
    """The abbreviations, with T along z / scale, z = h' * omega."""
    along = {name: text.replace("omega", "g") for name, text in SOFTMAX_FORM.items()}
    return {**SPECTRAL, "jerk": JERK, "z": "r * omega", "g": f"z / {scale}", **along}


def third_form(scale: str) -> str:
    """The third derivative along omega."""
    return f"{scale}**3 * T + 3 * inner(Bs @ z, bend * omega**2) + inner(f * psi, jerk * (omega * omega**2))"


SINGLE = third_let("1")
CLAIMS = (
    Claim(
        id="positive-unit-jerk",
        title="The third derivative of the logarithm of the unit",
        statement=f"D(w / u - (v / u)**2) == diag({JERK}) @ A",
        let=SPECTRAL,
        prose=r"$h'''$ as the language derives it: the gradient of $\sum_i h''(t_i)$ with respect to $t$.",
        depends=("positive-unit-bend",),
    ),
    Claim(
        id="positive-unit-third",
        title="The third derivative for every unit",
        statement=f"{D3} == {third_form('1')}",
        let=SINGLE,
        prose=r"The chain rule for $L \circ h$ a third time. $T$ is the third derivative of the softmax loss along $h' \odot z$ at the same $f$, "
        r"with $y = h' z - \langle f, h' z \rangle$: $4 \langle f, f y^3 \rangle - 6 V \langle f, f y \rangle - \|f\|^2 \sum f y^3 - "
        r"\langle b, f y^3 - 3 V f y - f \sum f y^3 \rangle$.",
    ),
    Claim(
        id="positive-unit-third-needs-bend",
        title="The mixed term is needed",
        statement=f"{D3} <= T + inner(f * psi, jerk * (omega * omega**2))",
        let=SINGLE,
        assume=("n == 2", "d == 1"),
        expect=(Status.REFUTED,),
        prose=r"Without $3 \langle B_s (h' z), h'' z^2 \rangle$ the identity fails unless $h$ is affine.",
    ),
)
