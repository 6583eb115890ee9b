"""generated/<name>.py: proved closed forms as one small NumPy module of maps over row blocks, sweeps and finishes."""

from __future__ import annotations

import sympy as sp

from resmax_sym.codegen import layer
from resmax_sym.codegen.forms import ClosedForms, closed_forms
from resmax_sym.codegen.interval import HI, LO, extension
from resmax_sym.codegen.printer import Columns, Dot, FullLike, Largest, Total, function
from resmax_sym.codegen.program import ROWS, Program
from resmax_sym.codegen.stable import stabilise
from resmax_sym.codegen.templates import header, linear, rows
from resmax_sym.judge import Verdict
from resmax_sym.lang import parse, symbol, to_text


def write_module(title: str, gradient: Verdict, hessian: Verdict) -> str:
    """The source of a module from the verdicts on `grad(L_tot) == A.T @ q` and `hess(L_tot) == A.T @ M @ A`.

    In a model with an inner layer G = A2 @ diag(rho') @ A1 stands in place of A, and the Hessian may have the layer's curvature besides.

    Raises
    ------
    LanguageError
        A verdict is not `proved`, the claims are about different models or losses, or a closed form has another shape.
    """
    return _Module(title, closed_forms(gradient, hessian)).source()


def _spelled(text: str) -> str:
    """A scalar function from its tree: a user's text goes nowhere."""
    return to_text(parse(text, {"s": symbol("s")}))


class _Module:
    def __init__(self, title: str, forms: ClosedForms) -> None:
        self.title, self.ids, self.model, self.layer = title, forms.ids, forms.model, forms.layer
        self.program = Program(stabilise(self.model.phi))
        self.loss = self.program.read(forms.loss)
        self.q = self.program.read(forms.q)
        split = forms.split
        self.delta = self.program.read(split.diagonal)
        self.basis = Columns(*map(self.program.read, split.basis))
        self.core = sp.Matrix(len(split.basis), len(split.basis), lambda i, j: self.program.read(split.core[i][j]))
        self.sweeps = self.program.sweeps()
        self.scalars = [name for _, names in self.sweeps for name in names]

    def source(self) -> str:
        sweeps = [self.sweep(k) for k in range(len(self.sweeps))]
        table = ", ".join(f'(sweep_{k + 1}, "{kind}")' for k, (kind, _) in enumerate(self.sweeps))
        table += "," * (len(self.sweeps) == 1)
        reduce = rows.REDUCE.format(sweeps=table)
        parts = [
            self.header(),
            self.unit_range(),
            *sweeps,
            reduce,
            *self.maps(),
            rows.PRODUCTS,
            rows.MAPS,
            *self.whole(),
        ]
        return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"

    def whole(self) -> list[str]:
        """Functions of whole arrays."""
        if self.layer is None:
            gradient = rows.GRADIENT.format(name="gradient", what="grad L_tot at x")
            return [rows.BLOCKS, linear.LOSS, gradient, rows.CURVATURE, linear.HESSIAN]
        inner = rows.GRADIENT.format(name="gradient_at", what="A.T @ q at x")
        return [rows.BLOCKS, inner, rows.CURVATURE, *layer.functions(self.layer), *layer.whole(self.layer)]

    def header(self) -> str:
        steps = [expr for _, expr in self.program.needed([self.q, self.delta, self.basis], ())]
        steps += [*self.program.reductions.values(), self.q, self.delta]
        plain = (Dot, Total, Largest, Columns, FullLike, sp.Max, sp.Min, sp.Abs, sp.sign)
        functions = sum(not isinstance(f, plain) for step in steps for f in step.atoms(sp.Function))
        total = sum(int(sp.count_ops(step)) for step in steps)
        for a, b in (dot.args for step in steps for dot in step.atoms(Dot)):
            # It counts as one operation, but takes a product and a sum; a square is computed from one copy of its root.
            total += 1 - (int(sp.count_ops(a)) if a == b else 0)
        words, inner, constants = header.LINEAR, "", ""
        if self.layer is not None:
            words, inner = header.LAYERED, _spelled(self.model.inner_layer)
            constants = layer.constants(self.layer, inner)
        return header.HEADER.format(
            title=self.title,
            unit=_spelled(self.model.unit),
            claims=" and ".join(self.ids),
            scaling=header.SCALING if "shift" in self.scalars else "",
            scalars=tuple(self.scalars),
            arithmetic=total - functions,
            functions=functions,
            data=words.data.format(inner=inner),
            costs=words.costs.format(products=f"{2 * len(self.basis.args)} d"),
            use=words.use,
            constants=constants,
        )

    def emit(self, name: str, args: list[str], outputs: sp.Expr | tuple, doc: str) -> str:
        wanted = outputs if isinstance(outputs, tuple) else (outputs,)
        return function(name, args, self.program.needed(wanted, args), outputs, doc)

    def unit_range(self) -> str:
        doc = "An enclosure of phi over [lo, hi], up to rounding."
        return function("unit_range", [LO.name, HI.name], [], extension(self.model.phi), doc)

    def sweep(self, k: int) -> str:
        known = [name for _, names in self.sweeps[:k] for name in names]
        kind, names = self.sweeps[k]
        outputs = tuple(self.program.reductions[name] for name in names)
        what = "largest rows" if kind == "max" else "sums"
        return self.emit(f"sweep_{k + 1}", [*ROWS, *known], outputs, f"Of a block: the {what} {', '.join(names)}.")

    def maps(self) -> list[str]:
        args = [*ROWS, *self.scalars]
        gradient, hessian = self.ids
        diagonal = "delta (k,) and W (k, r): the Hessian of L_tot in t is diag(delta) + W K W.T"
        return [
            self.emit("loss_finish", self.scalars, self.loss, "L_tot from the scalars."),
            self.emit("gradient_rows", args, self.q, f"Gradient of L_tot in t, shape (k,) (claim {gradient})."),
            self.emit("hessian_rows", args, (self.delta, self.basis), f"{diagonal} (claim {hessian})."),
            self.emit("hessian_core", self.scalars, self.core, f"K (r, r), symmetric (claim {hessian})."),
        ]
