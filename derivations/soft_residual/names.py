r"""alpha == sum(u): what each name means, read off the model.

With $t = Ax$ the model takes a smooth unit $\varphi$ entry by entry, $u = \varphi(t)$, $v = \varphi'(t)$, $w = \varphi''(t)$, and
normalises by $\alpha = \langle u, \mathbf 1 \rangle$. Every other claim rests on the definitions of the names in it. Only that of $u$
depends on the unit.
"""

from resmax_sym.judge import Claim
from resmax_sym.lang import eq, parse, to_text
from resmax_sym.models import SOFTMAX, Model

MEANINGS = {
    "t": ("The linear map", r"The data act on $x$ through $t = Ax$ alone."),
    "v": ("The first derivative of the unit", r"$v = \varphi'(t)$: the slopes of $u$, entry by entry."),
    "w": ("The second derivative of the unit", r"$w = \varphi''(t)$: the slopes of $v$."),
    "alpha": ("The normaliser", r"$\alpha = \langle u, \mathbf 1 \rangle$."),
    "f": ("The normalised vector", r"Undefined where $\alpha = 0$."),
    "c": ("The residual", r"What is left of $f$ when the target is taken away."),
    "sigma": ("The residual along f", r"$\sigma = \langle c, f \rangle$."),
    "psi": ("The residual through the normalisation", r"$\psi = c - \sigma \mathbf 1$."),
    "L": ("The loss", r"Half a squared norm."),
    "q": (
        "The closed form of the gradient in t",
        r"A name for a formula; that it is the gradient is claimed elsewhere.",
    ),
    "J": ("The closed form of the Jacobian in t", r"A diagonal and a term of rank one."),
    "delta": ("The diagonal of B", r"The part of $B$ that does not couple rows."),
    "p": ("A direction of B", r"It spans the low-rank part together with $v$."),
    "kappa": ("A factor in B", r"$\kappa = 2 \sigma + \langle f, f \rangle$."),
    "B": ("The closed form of the Hessian in t", r"A name for a formula; that it is the Hessian is claimed elsewhere."),
    "L_reg": ("The regulariser", r"$\tfrac12 \sum_i \omega_i^2 t_i^2$."),
    "L_tot": ("The regularised loss", r"Loss and regulariser."),
}
"""Name -> title and prose of its definition; that of u is given for each unit."""
SLOPES = {"v": "D(u, t) == diag(v)", "w": "D(v, t) == diag(w)"}


def definition(name: str, title: str, prose: str) -> Claim:
    """A name and what it stands for."""
    statement = SLOPES.get(name) or to_text(Model().definition(name))
    return Claim(id=f"definition-{name}", title=title, statement=statement, prose=prose)


def unit_written_out(id: str, title: str, model: Model) -> Claim:
    """u == phi(t), with the formula of phi."""
    meaning = parse(model.unit, {"s": model["t"]})
    prose = r"The unit is applied to each entry of $t$."
    return Claim(id=id, title=title, statement=to_text(eq(model["u"], meaning)), prose=prose, model=model)


CLAIMS = (
    unit_written_out("definition-u", "The unit", Model()),
    unit_written_out("definition-u-softmax", "The unit of softmax", Model(SOFTMAX)),
    *(definition(name, *words) for name, words in MEANINGS.items()),
)
