"""Random formulas of the language, and their values by mpmath: a second reading of every operation, derivatives by differences."""

from fractions import Fraction

import hypothesis.strategies as st
import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from resmax_sym.lang import FUNCTIONS, S, symbol
from resmax_sym.lang.expr import as_expr

DIGITS = 60
STEP = mpf(10) ** -20
"""Of the central differences: the truncation error is near 1e-40, the rounding error of a first derivative too."""

PARAMETERS = ("k1", "eps", "s", "i", "t_y", "h")
"""Names that collide with what an implementation may call its own symbols."""

SMOOTH = ("exp", "cosh", "sinh", "tanh")
KINKED = ("abs", "sign", "step", "max", "min")
PARTIAL = ("log", "sqrt")
FAMILIES = {"smooth": SMOOTH, "kinked": SMOOTH + KINKED, "all": SMOOTH + KINKED + PARTIAL}
NUMBERS = tuple(map(Fraction, ("0", "1", "2", "-1", "3", "1/2", "-3/4", "1/5")))


class Undefined(ArithmeticError):
    """The formula has no value at this point."""


@st.composite
def formulas(draw, model, shape=(), depth=3, family="all", derivatives=True):
    """The formulas below, drawn and shrunk by hypothesis."""
    return formula(lambda options: draw(st.sampled_from(options)), model, shape, depth, family, derivatives)


def formula(pick, model, shape=(), depth=3, family="all", derivatives=True):
    """A formula of that shape over the names of the model, of at most that depth; `pick` chooses one of a list."""
    leaves = {}
    names = [name for name in model.names if name not in ("L", "L_reg", "L_tot", "B", "J", "q", "delta", "p", "kappa")]
    for name in names:
        leaves.setdefault(model.names[name].shape, []).append(model.names[name])
    leaves[()] += [symbol(name) for name in PARAMETERS]
    sizes = [name for name in ("n", "d", "m") if name in model.names]

    def leaf(shape):
        options = list(leaves.get(shape, ()))
        if not shape:
            options += [as_expr(value) for value in NUMBERS]
        if len(shape) == 1:
            options.append(FUNCTIONS["ones"](shape[0]))
        if len(shape) == 2 and shape[0] == shape[1]:
            options.append(FUNCTIONS["eye"](shape[0]))
        return pick(options) if options else FUNCTIONS["outer"](leaf(shape[:1]), leaf(shape[1:]))

    def elementwise(name, shape, depth):
        a = tree(shape, depth)
        match name:
            case "neg":
                return -a
            case "add" | "sub" | "mul" | "div":
                b = tree(pick([shape, ()]), depth)
                return {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b}[name]
            case "pow":
                exponents = [2, 3, 0, 1, -1, -2] + ([Fraction(1, 2), Fraction(3, 2)] if family == "all" else [])
                return a ** as_expr(pick(exponents))
        function = pick(FAMILIES[family])
        return FUNCTIONS[function](a, tree(shape, depth)) if function in ("max", "min") else FUNCTIONS[function](a)

    def product(name, shape, depth):
        k, first, last = pick(sizes), shape[:1], shape[1:]
        match name:
            case "matmul":
                if len(shape) == 1 and pick([True, False]):
                    return tree((k,), depth) @ tree((k, *shape), depth)
                return tree((*first, k), depth) @ tree((k, *last), depth)
            case "transpose":
                return tree(shape[::-1], depth).T
            case "outer":
                return FUNCTIONS["outer"](tree(first, depth), tree(last, depth))
            case "diag":
                return FUNCTIONS["diag"](tree(first, depth))
            case "inner":
                return FUNCTIONS["inner"](tree((k,), depth), tree((k,), depth))
            case "trace":
                return FUNCTIONS["trace"](tree((k, k), depth))
            case "fro":
                return FUNCTIONS["fro"](tree((k, pick(sizes)), depth))
            case "at":
                return FUNCTIONS["at"](tree(shape, depth), model.names[pick(["y", "y", "x"])])
            case "D":
                return FUNCTIONS["D"](tree(shape[:-1], depth))
        return FUNCTIONS[name](tree((k,), depth))

    products = {
        0: ["sum", "inner", "norm", "norm1", "trace", "fro", "matmul", "at"],
        1: ["matmul", "at"],
        2: ["matmul", "transpose", "outer", "at"],
    }

    def tree(shape, depth):
        if depth <= 0 or pick(range(8)) == 0:
            return leaf(shape)
        own = list(products[len(shape)])
        own += ["diag"] if len(shape) == 2 and shape[0] == shape[1] else []
        own += ["D"] if derivatives and shape[-1:] == ("d",) else []
        name = pick([*["neg", "add", "sub", "mul", "mul", "div", "pow", "call"], *own, *own])
        return product(name, shape, depth - 1) if name in own else elementwise(name, shape, depth - 1)

    return tree(shape, depth)


def random_values(model, sizes, rng, denominator=4):
    """Exact data: name -> array of Fraction (a Fraction for a parameter), none of them 0."""

    def fractions(shape):
        whole = rng.integers(1, 2 * denominator, shape) * rng.choice([-1, 1], shape)
        return np.vectorize(lambda k: Fraction(int(k), denominator), otypes=[object])(whole)

    values = {name: fractions([sizes[k] for k in v.shape]) for name, v in model.variables.items()}
    return values | {name: fractions((1,))[0] for name in PARAMETERS}


def value(model, sizes, values, expr):
    """The value by mpmath, as an array of mpf; Undefined where the formula or a part of it has none."""
    with mpmath.workdps(DIGITS):
        exact = np.vectorize(lambda z: mpf(z.numerator) / z.denominator, otypes=[object])
        data = {name: exact(v) if isinstance(v, np.ndarray) else exact(v)[()] for name, v in values.items()}
        return _Reader(model, sizes, data)(expr)


class _Reader:
    def __init__(self, model, sizes, data):
        self.model, self.sizes, self.data = model, sizes, data

    def __call__(self, e):
        special = getattr(self, "op_" + e.op.lower(), None)
        if special is not None:
            return special(e)
        return getattr(self, "on_" + e.op)(e, *(self(arg) for arg in e.args))

    def length(self, dim):
        return dim if isinstance(dim, int) else self.sizes[dim]

    def moved(self, **data):
        kept = {name: v for name, v in self.data.items() if name != "t"}
        return _Reader(self.model, self.sizes, kept | data)

    def op_number(self, e):
        return mpf(e.data.numerator) / e.data.denominator

    def op_pi(self, e):
        return +mpmath.pi

    def op_size(self, e):
        return mpf(self.sizes[e.data])

    def op_symbol(self, e):
        return self.data[e.data]

    def op_named(self, e):
        return self.data["t"] if e.data == "t" and "t" in self.data else self(e.args[0])

    def op_ones(self, e):
        return np.array([mpf(1)] * self.length(e.shape[0]), dtype=object)

    def op_eye(self, e):
        k = self.length(e.shape[0])
        return np.array([[mpf(int(i == j)) for j in range(k)] for i in range(k)], dtype=object)

    def op_at(self, e):
        return self.moved(x=self.data[e.data])(e.args[0])

    def op_d(self, e):
        self(e.args[0])
        point = self.data["x"] if e.data == "x" else self(self.model.names["t"])
        columns = []
        for j in range(len(point)):
            ahead, behind = point.copy(), point.copy()
            ahead[j], behind[j] = point[j] + STEP, point[j] - STEP
            pair = [np.asarray(self.moved(**{e.data: z})(e.args[0]), dtype=object) for z in (ahead, behind)]
            columns.append((pair[0] - pair[1]) / (2 * STEP))
        return np.stack(columns, axis=-1)

    def op_pow(self, e):
        base, exponent = self(e.args[0]), e.args[1]
        if exponent.op == "number":
            return _map(lambda z: _power(z, exponent.data), base)
        return _map(lambda z, p: _defined(z > 0) and mpmath.exp(p * mpmath.log(z)), base, self(exponent))

    def op_phi(self, e):
        unit, slope = (sp.lambdify(S, sp.diff(self.model.phi, S, k), "mpmath") for k in (0, e.data))
        return _map(lambda z: _real(unit, z) * 0 + _real(slope, z), self(e.args[0]))

    def on_add(self, e, a, b):
        return a + b

    def on_sub(self, e, a, b):
        return a - b

    def on_mul(self, e, a, b):
        return a * b

    def on_div(self, e, a, b):
        return _map(lambda z, w: _defined(w != 0) and z / w, a, b)

    def on_neg(self, e, a):
        return -a

    def on_call(self, e, *args):
        return _map(CALLS[e.data], *args)

    def on_matmul(self, e, a, b):
        return a @ b

    def on_inner(self, e, a, b):
        return (a * b).sum()

    def on_outer(self, e, a, b):
        return a[:, None] * b[None, :]

    def on_transpose(self, e, a):
        return a.T

    def on_diag(self, e, a):
        return np.diag(a) + mpf(0)

    def on_sum(self, e, a):
        return a.sum()

    def on_trace(self, e, a):
        return np.diagonal(a).sum()

    def on_norm(self, e, a):
        return mpmath.sqrt((a * a).sum())

    on_fro = on_norm

    def on_norm1(self, e, a):
        return sum(map(abs, a))


def _map(function, *arrays):
    return np.frompyfunc(function, len(arrays), 1)(*arrays)


def _defined(condition):
    if not condition:
        raise Undefined
    return True


def _real(function, z):
    try:
        return mpf(function(z))
    except (TypeError, ZeroDivisionError) as error:  # complex, or a pole
        raise Undefined from error


def _power(z, p):
    if p.denominator == 1:
        return (_defined(z != 0 or p >= 0) and z ** int(p)) if p else mpf(1)
    return _defined(z > 0 or (z == 0 and p > 0)) and z ** (mpf(p.numerator) / p.denominator)


CALLS = {
    "exp": mpmath.exp, "cosh": mpmath.cosh, "sinh": mpmath.sinh, "tanh": mpmath.tanh, "abs": abs, "max": max, "min": min,
    "log": lambda z: _defined(z > 0) and mpmath.log(z),
    "sqrt": lambda z: _defined(z >= 0) and mpmath.sqrt(z),
    "sign": lambda z: mpf(int(z > 0) - int(z < 0)),
    "step": lambda z: _defined(z != 0) and mpf(int(z > 0)),
}  # fmt: skip
