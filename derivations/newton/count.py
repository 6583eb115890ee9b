r"""k >= log(sqrt(cond H*) norm(r0) / tol) / log(1/rate) steps suffice for norm(r_k) <= tol.

With $s = \log(1/\mathrm{rate})$ the errors in the norm of $H_*$ obey $a_k \le e^{-k s} a_0$.  The condition on $k$ is written
$k s \ge q$ with $a_0 \le \sqrt l \, \mathrm{tol} \, e^q$, so that no logarithm of a quotient appears.
"""

from derivations.newton.region import LEAST, of_numbers
from resmax_sym.judge import Claim, Status

SEQUENCE = {"a0": "a0 >= 0", "ak": "ak >= 0", "a1": "a1 >= 0", "k": "k >= 0", "s": "s >= 0"}

CLAIMS = (
    of_numbers(
        "count-induction",
        "From one step to the next",
        "a1 <= exp(-(k + 1) * s) * a0",
        r"The step of the induction: $a_{k+1} \le \mathrm{rate} \cdot a_k$ and $a_k \le \mathrm{rate}^k a_0$ give $a_{k+1} \le \mathrm{rate}^{k+1} a_0$.",
        SEQUENCE,
        assume=("a1 <= exp(-s) * ak", "ak <= exp(-k * s) * a0"),
        proof=(
            "exp(-s) * ak <= exp(-s) * (exp(-k * s) * a0)",
            "exp(-s) * (exp(-k * s) * a0) == exp(-(k + 1) * s) * a0",
        ),
    ),
    of_numbers(
        "count",
        "The number of steps",
        "ak <= tol",
        r"$k s \ge q$ and $a_0 \le \mathrm{tol} \, e^q$.",
        {"a0": "a0 >= 0", "ak": "", "k": "", "s": "", "q1": "", "tol": "tol >= 0"},
        assume=("ak <= exp(-k * s) * a0", "a0 <= tol * exp(q1)", "k * s >= q1"),
        proof=(
            "exp(-k * s) * (tol * exp(q1) - a0) + (exp(-k * s) * a0 - ak) >= 0",
            "tol * exp(q1 - k * s) - ak == exp(-k * s) * (tol * exp(q1) - a0) + (exp(-k * s) * a0 - ak)",
            "tol * exp(q1 - k * s) - ak >= 0",
            "ak <= tol * exp(q1 - k * s)",
            "exp(q1 - k * s) <= 1",
            "tol * exp(q1 - k * s) <= tol",
        ),
    ),
    of_numbers(
        "count-one-less",
        "One step less is not enough",
        "ak <= tol",
        r"The same with $(k + 1) s \ge q$.",
        {"a0": "a0 >= 0", "ak": "", "k": "k >= 0", "s": "s >= 0", "q1": "", "tol": "tol >= 0"},
        assume=("ak <= exp(-k * s) * a0", "a0 <= tol * exp(q1)", "(k + 1) * s >= q1"),
        expect=(Status.REFUTED,),
    ),
    Claim(
        id="newton-count-condition",
        title="Where the condition number comes from",
        statement="sqrt(l) * norm(x) <= r * (sqrt(u1) * norm(y))",
        parameters=LEAST | {"u1": "u1 >= 0", "r": "r >= 0"},
        assume=("eigmin(A.T @ A) >= l", "opnorm(A) <= sqrt(u1)", "norm(A @ x) <= r * norm(A @ y)"),
        proof=(
            "sqrt(l) * norm(x) <= norm(A @ x)",
            "norm(A @ y) <= sqrt(u1) * norm(y)",
            "r * norm(A @ y) <= r * (sqrt(u1) * norm(y))",
        ),
        prose=r"$y$ is the first error and $x$ the one after $k$ steps, $r = \mathrm{rate}^k$: in the Euclidean norm it has shrunk by "
        r"$\mathrm{rate}^k$ up to $\sqrt{u_1 / l}$.",
        depends=("newton-norm-below", "newton-norm-above"),
    ),
    of_numbers(
        "count-tenth",
        "Seven tenths of a digit in each step",
        "0.198 <= exp(-1.619)",
        r"$\log(1/0.198) \ge 1.619$, which is $0.703$ decimal digits.",
        {},
    ),
)
