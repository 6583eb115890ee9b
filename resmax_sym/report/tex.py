r"""\alpha -> α, \le -> ≤: the LaTeX commands that claims use, by what they do in a formula."""

from __future__ import annotations

ITALIC = dict(
    alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ϵ", varepsilon="ε", zeta="ζ", eta="η", theta="θ", kappa="κ",
    lambda_="λ", mu="μ", nu="ν", xi="ξ", pi="π", rho="ρ", sigma="σ", tau="τ", phi="ϕ", varphi="φ", chi="χ", psi="ψ",
    omega="ω", ell="ℓ",
)  # fmt: skip
ITALIC["lambda"] = ITALIC.pop("lambda_")
UPRIGHT = dict(
    Gamma="Γ", Delta="Δ", Theta="Θ", Lambda="Λ", Sigma="Σ", Phi="Φ", Psi="Ψ", Omega="Ω", nabla="∇", infty="∞", partial="∂",
    ldots="…", dots="…", cdots="⋯", top="⊤",
)  # fmt: skip
RELATIONS = dict(
    le="≤", leq="≤", ge="≥", geq="≥", ne="≠", neq="≠", succeq="⪰", preceq="⪯", succ="≻", prec="≺", approx="≈", equiv="≡",
    sim="∼", to="→", mapsto="↦", subset="⊂", subseteq="⊆", ll="≪", gg="≫", Rightarrow="⇒", iff="⇔", mid="∣",
)  # fmt: skip
RELATIONS["in"] = "∈"
BINARY = dict(cdot="⋅", odot="⊙", times="×", pm="±", mp="∓", circ="∘", setminus="∖", cup="∪", cap="∩")
OPEN = {
    r"\langle": "⟨",
    r"\lVert": "‖",
    r"\lvert": "|",
    r"\{": "{",
    "(": "(",
    "[": "[",
    r"\lfloor": "⌊",
    r"\lceil": "⌈",
}
CLOSE = {
    r"\rangle": "⟩",
    r"\rVert": "‖",
    r"\rvert": "|",
    r"\}": "}",
    ")": ")",
    "]": "]",
    r"\rfloor": "⌋",
    r"\rceil": "⌉",
}
BARS = {"|": "|", r"\|": "‖"}
LARGE = {r"\sum": "∑", r"\prod": "∏", r"\int": "∫"}
FUNCTIONS = {"exp", "log", "ln", "cosh", "sinh", "tanh", "max", "min", "sup", "inf", "det", "dim", "sin", "cos", "lim"}
ACCENTS = {r"\tilde": "~", r"\hat": "^", r"\bar": "¯", r"\dot": "˙"}
SPACES = {
    r"\,": "0.17em",
    r"\:": "0.22em",
    r"\;": "0.28em",
    r"\ ": "0.33em",
    r"\quad": "1em",
    r"\qquad": "2em",
    r"\!": "-0.17em",
}
THIN = r"\,"
APPLY = "<mo>\u2061</mo>"
BOLD = {ord("A") + k: 0x1D400 + k for k in range(26)} | {ord("a") + k: 0x1D41A + k for k in range(26)}
BOLD |= {ord("0") + k: 0x1D7CE + k for k in range(10)}
DOUBLE = str.maketrans("CNPQRZE", "ℂℕℙℚℝℤ𝔼")

RELATIONS_OF = {rf"\{name}": sign for name, sign in RELATIONS.items()} | {sign: sign for sign in "=<>:"}
SIGNS = {"+": "+", "-": "−", "*": "∗", **{rf"\{name}": sign for name, sign in BINARY.items()}}
PLAIN = {
    "/": '<mo lspace="0" rspace="0">/</mo>', ",": "<mo>,</mo>", ";": "<mo>;</mo>", ".": "<mo>.</mo>",
    "!": '<mo lspace="0" rspace="0">!</mo>', r"\_": "<mi>_</mi>", r"\%": "<mi>%</mi>", "~": '<mspace width="0.33em"/>',
}  # fmt: skip
