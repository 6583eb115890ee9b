r"""|T| <= 0.57140736 where u > 0, whatever the unit is: the sharp bound of what the softmax loss contributes to the third derivative.

$T$ is the third derivative of the softmax loss at the weights $f$ of any unit.  The proof of `sharp_lipschitz` uses of $f$ no more than
that it lies on the simplex, which $u > 0$ gives.  The other sign is that of $-z$.
"""

import re

from derivations.soft_residual.positive_third import SOFTMAX_FORM
from derivations.soft_residual.sharp_lipschitz import BALL, MASS, SMALL, Target
from resmax_sym.judge import Claim
from resmax_sym.models import Model

POSITIVE = Target(
    "positive-sharp", "u > 0", MASS, SMALL.weights, SMALL.constant, SMALL.tau, model=Model(), domain=("u > 0",)
)
TURNED = {"hn": "-omega - inner(f, -omega)", "rn": "f * hn**2", "wn": re.sub(r"\bh\b", "hn", POSITIVE.weights)}
"""h, r and the weights for -z."""
LET = SOFTMAX_FORM | {name: text for name, text in POSITIVE.names.items() if name not in SOFTMAX_FORM} | TURNED

CLAIMS = (
    *POSITIVE.from_pairs(),
    POSITIVE.claim(
        "form",
        "The third derivative of the softmax loss from above",
        "inner(r, wt) <= C",
        r"$C - \langle r, w \rangle$ is a sum of squares and of what the claim before shows.",
        "mean",
        proof=POSITIVE.steps[:-1],
    ),
    Claim(
        id="positive-sharp-third",
        title="The third derivative of the softmax loss, sharp",
        statement=f"abs(T) <= {POSITIVE.constant}",
        let=LET,
        assume=("u > 0", MASS, BALL),
        prose=r"The claim before for $z$ and for $-z$.",
        proof=(
            "T == inner(r, wt)",
            "T <= C",
            "inner(rn, wn) <= C",
            "T - (-C) == C - inner(rn, wn)",
            "C - inner(rn, wn) >= 0",
            "T - (-C) >= 0",
            "T >= -C",
        ),
        depends=("positive-sharp-form",),
    ),
)
