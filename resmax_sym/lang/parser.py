"""Text of the claim language -> Expr and Relation, through a whitelist over Python's `ast`; nothing in it is ever run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from resmax_sym.lang import slips
from resmax_sym.lang.expr import Expr, LanguageError, Operand, as_expr
from resmax_sym.lang.functions import FUNCTIONS
from resmax_sym.lang.relation import RELATIONS, Relation, compare

MAX_LENGTH = 4000
MAX_DEPTH = 60
MAX_DIGITS = 60
MAX_EXPONENT = 100
MAX_TREE_DEPTH = 120
MAX_TREE_WEIGHT = 20_000
MAX_DERIVATIVES = 4
"""One below the other: each makes a formula about five times as long."""

OPERATORS: dict[type[ast.operator], Callable[[Operand, Operand], Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.MatMult: lambda a, b: a @ b,
}
COMPARE: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">"}


class ParseError(LanguageError):
    """Text that is not in the language; the message gives the column (from 1) and the remedy."""


def parse(text: str, names: Mapping[str, Expr]) -> Expr:
    """The expression that `text` spells over `names`.

    Raises
    ------
    ParseError
        Not in the language, an unknown name, too long, too deep, a number or an exponent too large.
    ShapeError
        Two shapes that do not fit.

    Examples
    --------
    >>> from resmax_sym.lang import symbol
    >>> names = {"A": symbol("A", ("n", "d")), "x": symbol("x", ("d",)), "b": symbol("b", ("n",))}
    >>> parse("A.T @ (A @ x - b)", names).shape
    ('d',)
    >>> parse("A @ b", names)
    Traceback (most recent call last):
    resmax_sym.lang.expr.ShapeError: column 1: in A @ b: A has shape (n, d) and b has shape (n,); the inner sizes d and n differ
    """
    result = _Parser(text, names).expression()
    if isinstance(result, Relation):
        raise ParseError(f"expected an expression, got the relation {text!r}")
    return _bounded(result)


def parse_relations(text: str, names: Mapping[str, Expr]) -> list[Relation]:
    """The relations that `text` spells; a chain such as `0 < beta <= 1` gives one for each link."""
    result = _Parser(text, names).relations()
    for relation in result:
        for part in relation.args:
            _bounded(*(part.args if isinstance(part, Relation) else [part]))
    return result


def _bounded(*parts: Expr) -> Expr:
    """The formula, if it is not too deep or too large with the definitions that it names written out."""
    for e in parts:
        if e.depth > MAX_TREE_DEPTH or e.weight > MAX_TREE_WEIGHT:
            raise ParseError(
                f"written out, the formula is {e.depth} deep and has {e.weight} parts; "
                f"at most {MAX_TREE_DEPTH} and {MAX_TREE_WEIGHT} are read"
            )
        if (order := _order(e)) > MAX_DERIVATIVES:
            raise ParseError(f"the formula holds a derivative of order {order}; at most {MAX_DERIVATIVES} is read")
    return parts[0]


@lru_cache(maxsize=100_000)
def _order(e: Expr) -> int:
    """How many derivatives stand one below the other."""
    return (e.op == "D") + max(map(_order, e.args), default=0)


class _Parser:
    def __init__(self, text: str, names: Mapping[str, Expr]) -> None:
        if not isinstance(text, str):
            raise ParseError(f"expected text, got {type(text).__name__}")
        if len(text) > MAX_LENGTH:
            raise ParseError(f"expected at most {MAX_LENGTH} characters, got {len(text)}; split it with `let`")
        if not text.isascii():
            bad = next(i for i, char in enumerate(text) if not char.isascii())
            raise ParseError(f"column {bad + 1}: {text[bad]!r} is not in the language; {slips.of_sign(text[bad])}")
        odd = next(
            (i for i, char in enumerate(text) if char == "#" or not (char.isprintable() or char in "\n\t")), None
        )
        if odd is not None:  # Python would drop a comment unread
            raise ParseError(f"column {odd + 1}: {text[odd]!r} is not in the language; a formula has no comments")
        self.text, self.names = text, names
        self.shift = len(text) - len(text.lstrip())
        try:
            self.tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise ParseError(f"column {(error.offset or 1) + self.shift}: {error.msg}{slips.of_text(text)}") from None
        except (RecursionError, MemoryError, ValueError):
            raise ParseError("the text is nested too deeply or holds a null character; split it with `let`") from None

    def expression(self) -> Expr | Relation:
        return self.read(self.tree, 0)

    def relations(self) -> list[Relation]:
        if isinstance(self.tree, ast.Compare):
            sides = [self.value(node, 1) for node in (self.tree.left, *self.tree.comparators)]
            ops = [self.comparison(op) for op in self.tree.ops]
            return [self.located(self.tree, compare, op, a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False)]
        result = self.read(self.tree, 0)
        if not isinstance(result, Relation):
            self.fail(self.tree, "expected a relation (==, <=, >=, <, >, psd(M), simplex(b)), got an expression")
        return [result]

    def comparison(self, op: ast.cmpop) -> str:
        if type(op) not in COMPARE:
            self.fail(self.tree, "expected one of == <= >= < >")
        return COMPARE[type(op)]

    def fail(self, node: ast.AST, message: str) -> None:
        raise ParseError(f"column {getattr(node, 'col_offset', 0) + self.shift + 1}: {message}")

    def located(self, node: ast.AST, build: Callable, *args: object) -> Expr | Relation:
        """Builds, and gives an error the place where it happened."""
        try:
            return build(*args)
        except ParseError:
            raise
        except LanguageError as error:
            column = getattr(node, "col_offset", 0) + self.shift + 1
            raise type(error)(f"column {column}: {error}") from None
        except TypeError:
            self.fail(node, f"wrong number of arguments for {ast.unparse(node.func)}")  # type: ignore[attr-defined]

    def value(self, node: ast.AST, depth: int) -> Expr:
        result = self.read(node, depth)
        if isinstance(result, Relation):
            self.fail(node, "expected an expression, got a relation")
        return result

    def read(self, node: ast.AST, depth: int) -> Expr | Relation:
        if depth > MAX_DEPTH:
            self.fail(node, f"nested more than {MAX_DEPTH} deep; split it with `let`")
        match node:
            case ast.Constant():
                return self.number(node)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand, depth + 1)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                if isinstance(op, ast.Pow):
                    self.exponent(right)
                return self.located(
                    node, OPERATORS[type(op)], self.value(left, depth + 1), self.value(right, depth + 1)
                )
            case ast.Attribute(value=value, attr="T"):
                return self.located(node, lambda e: e.T, self.value(value, depth + 1))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(node, name, args, depth)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.located(
                    node, compare, self.comparison(op), self.value(left, depth + 1), self.value(right, depth + 1)
                )
        spelled = ast.get_source_segment(self.text.strip(), node) or ""
        self.fail(
            node,
            f"{spelled[:40]!r} is not in the language; "
            f"it has numbers, names, + - * / ** @ .T, function calls and relations{slips.of_part(spelled)}",
        )
        raise AssertionError

    def number(self, node: ast.Constant) -> Expr:
        if type(node.value) not in (int, float):
            self.fail(node, f"expected a number, got {node.value!r}")
        spelled = ast.get_source_segment(self.text.strip(), node) or ""
        exponent = spelled.lower().rpartition("e")[2].lstrip("+-") if isinstance(node.value, float) else ""
        if len(spelled) > MAX_DIGITS or ("e" in spelled.lower() and len(exponent) > 2):
            self.fail(node, f"a number has at most {MAX_DIGITS} characters and an exponent of at most 2 digits")
        return as_expr(node.value if isinstance(node.value, int) else Fraction(spelled))

    def exponent(self, node: ast.AST) -> None:
        while isinstance(node, ast.UnaryOp):
            node = node.operand
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not node.value <= MAX_EXPONENT:
            self.fail(node, f"an exponent is at most {MAX_EXPONENT}; use exp and log for more")

    def name(self, node: ast.AST, name: str) -> Expr:
        if name in self.names:
            return self.names[name]
        if name in FUNCTIONS or name in RELATIONS:
            self.fail(node, f"{name} is a function; write {name}(...)")
        self.fail(node, f"unknown name {name!r}" + slips.of_name(name, self.names))
        raise AssertionError

    def call(self, node: ast.Call, name: str, args: list[ast.expr], depth: int) -> Expr | Relation:
        build = FUNCTIONS.get(name) or RELATIONS.get(name)
        if build is None:
            self.fail(node, f"unknown function {name!r}" + slips.of_name(name, {**FUNCTIONS, **RELATIONS}))
        return self.located(node, build, *(self.read(arg, depth + 1) for arg in args))
