r"""\frac{v}{\alpha} -> <mfrac><mi>v</mi><mi>α</mi></mfrac>: the LaTeX of claims and of their prose as MathML Core.

Only what the claims use is known, so that a formula is either right or refused: MathML needs no font, no script and no
stylesheet to be fetched, and a screen reader can read it.
"""

from __future__ import annotations

import re
from html import escape

from resmax_sym.report.tex import (
    ACCENTS,
    APPLY,
    BARS,
    BOLD,
    CLOSE,
    DOUBLE,
    FUNCTIONS,
    ITALIC,
    LARGE,
    OPEN,
    PLAIN,
    RELATIONS_OF,
    SIGNS,
    SPACES,
    THIN,
    UPRIGHT,
)

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class TexError(ValueError):
    """LaTeX that is not among what is known here; the message names it."""


def mathml(tex: str, display: bool = False) -> str:
    """The `math` element of a formula that is given without dollar signs.

    Raises
    ------
    TexError
        A command that is not known, or brackets that do not match.
    """
    try:
        body = _Reader(tex).row(None)
    except RecursionError:
        raise TexError("a formula that is nested too deeply") from None
    return f'<math display="block">{body}</math>' if display else f"<math>{body}</math>"


class _Reader:
    """Tokens from left to right.

    `bare` says whether a sign that comes now has nothing on its left, `word` whether a name of several letters has just been read.
    """

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.tokens = [token for token in TOKEN.findall(tex) if not token.isspace()]
        self.place = 0
        self.bare = True
        self.word = False

    def refuse(self, what: str) -> TexError:
        return TexError(f"{what} in the formula {self.tex!r}")

    def peek(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> str:
        token = self.peek()
        if token is None:
            raise self.refuse("something is missing at the end")
        self.place += 1
        return token

    def expect(self, token: str) -> None:
        if self.peek() != token:
            raise self.refuse(f"expected {token}, got {self.peek() or 'the end'}")
        self.place += 1

    def row(self, end: str | None) -> str:
        """Everything up to `end`, which is taken as well."""
        parts: list[str] = []
        self.bare, self.word = True, False
        while self.peek() != end:
            if self.peek() is None:
                raise self.refuse(f"expected {end}, got the end")
            parts.append(self.scripted())
        self.place += end is not None
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def scripted(self) -> str:
        """An atom with what stands below and above it."""
        tall = self.peek() in (r"\sum", r"\prod")
        gap = self.gap()
        base = self.atom()
        bare, word, found, primes = self.bare, self.word, {"_": "", "^": ""}, 0
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                primes += 1
            elif found[mark]:
                raise self.refuse(f"{mark} twice")
            else:
                found[mark] = self.argument()
        lower, upper = found.values()
        if primes:
            prime = f"<mo>{'′' * primes}</mo>"
            upper = f"<mrow>{prime}{upper}</mrow>" if upper else prime
        self.bare, self.word = bare, word
        if lower and upper:
            tag = "munderover" if tall else "msubsup"
        elif lower or upper:
            tag = ("munder" if lower else "mover") if tall else ("msub" if lower else "msup")
        else:
            return gap + base
        return f"{gap}<{tag}>{base}{lower}{upper}</{tag}>"

    def gap(self) -> str:
        """The thin space between a letter and a name of several letters."""
        token = self.peek() or ""
        letter = token.isalnum() or token[1:] in ITALIC or token == r"\mathbf"
        name = token in (r"\operatorname", r"\mathrm") or token[1:] in FUNCTIONS
        beside = (self.word and (letter or name)) or (name and not self.bare)
        return f'<mspace width="{SPACES[THIN]}"/>' if beside else ""

    def argument(self) -> str:
        """A group, or the next atom alone."""
        token = self.take()
        if token == "{":
            return self.row("}")
        self.place -= 1
        if token[0].isdigit():  # one digit, as TeX has it: \tfrac12
            self.tokens[self.place : self.place + 1] = list(token)
        self.bare = True
        return self.atom().removesuffix(APPLY)

    def text(self) -> str:
        """The characters of a group, as they stand."""
        if self.peek() != "{":
            return self.take()
        self.take()
        found = ""
        while (token := self.take()) != "}":
            found += token.lstrip("\\") if token in (r"\_", r"\,") else token
        return found

    def atom(self) -> str:
        token = self.take()
        name = token[1:]
        self.bare, self.word, bare = False, False, self.bare
        if token == "{":
            return self.row_after("}")
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isascii() and token.isalpha():
            return f"<mi>{token}</mi>"
        if token in OPEN or token in RELATIONS_OF or token in SIGNS or token == ",":
            self.bare = True
        if token in BARS:
            self.bare = bare
            return f'<mo stretchy="false" lspace="0" rspace="0">{BARS[token]}</mo>'
        if token in OPEN or token in CLOSE:
            form = "prefix" if token in OPEN else "postfix"
            return f'<mo form="{form}" stretchy="false">{(OPEN | CLOSE)[token]}</mo>'
        if token in RELATIONS_OF:
            return f"<mo>{escape(RELATIONS_OF[token])}</mo>"
        if token in SIGNS:
            return f'<mo form="prefix">{SIGNS[token]}</mo>' if bare else f"<mo>{SIGNS[token]}</mo>"
        if token in PLAIN:
            return PLAIN[token]
        if token in SPACES:
            self.bare = bare
            return f'<mspace width="{SPACES[token]}"/>'
        if token in LARGE:
            return f"<mo>{LARGE[token]}</mo>"
        if token in ACCENTS:
            return f'<mover accent="true">{self.argument_of()}<mo stretchy="false">{ACCENTS[token]}</mo></mover>'
        if token.startswith("\\") and (name in ITALIC or name in UPRIGHT):
            return f"<mi>{ITALIC[name]}</mi>" if name in ITALIC else f'<mi mathvariant="normal">{UPRIGHT[name]}</mi>'
        return self.command(token)

    def command(self, token: str) -> str:
        match token[1:] if token.startswith("\\") else "":
            case "frac":
                return f"<mfrac>{self.argument_of()}{self.argument_of()}</mfrac>"
            case "tfrac":
                inside = f"<mfrac>{self.argument_of()}{self.argument_of()}</mfrac>"
                return f'<mstyle displaystyle="false">{inside}</mstyle>'
            case "sqrt":
                return f"<msqrt>{self.argument_of()}</msqrt>"
            case "mathbf":
                return f"<mi>{escape(self.text().translate(BOLD))}</mi>"
            case "mathbb":
                return f"<mi>{escape(self.text().translate(DOUBLE))}</mi>"
            case "mathrm":
                text = self.text()
                if text in ITALIC:
                    return f"<mi>{ITALIC[text]}</mi>"
                self.word = len(text) > 1
                return f'<mi mathvariant="normal">{escape(text)}</mi>'
            case "text":
                return f"<mtext>{escape(self.text())}</mtext>"
            case "operatorname":
                return self.function(self.text())
            case "left":
                return self.fenced()
            case name if name in FUNCTIONS:
                return self.function(name)
        raise self.refuse(f"{token} is not known")

    def function(self, name: str) -> str:
        """An upright name; a reader is told that it is applied, and no space is put before a bracket."""
        name = f'<mi mathvariant="normal">{escape(name)}</mi>'
        self.word = self.peek() not in ("(", r"\left")
        return name if self.word else name + APPLY

    def fenced(self) -> str:
        r"""\left ... \right: brackets as tall as what stands between them; a dot is none."""
        start = self.fence("prefix")
        parts = []
        self.bare, self.word = True, False
        while self.peek() != r"\right":
            parts.append(self.scripted())
        self.take()
        end = self.fence("postfix")
        self.bare = False
        return f"<mrow>{start}{''.join(parts)}{end}</mrow>"

    def fence(self, form: str) -> str:
        token = self.take()
        if token == ".":
            return ""
        if token not in OPEN | CLOSE | BARS:
            raise self.refuse(f"{token} is not a bracket")
        return f'<mo form="{form}" fence="true" stretchy="true">{(OPEN | CLOSE | BARS)[token]}</mo>'

    def row_after(self, end: str) -> str:
        row = self.row(end)
        self.bare = False
        return row

    def argument_of(self) -> str:
        found = self.argument()
        self.bare = False
        return found
