"""Settings of Sphinx: no page asks another host for anything."""

from __future__ import annotations

from sphinx.application import Sphinx

from docs import finish, reference
from resmax_sym import __version__

project, author = "resmax_sym", "The resmax_sym developers"
project_copyright = author
version = release = __version__
extensions = [
    "myst_nb",
    "sphinx_proof",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.mathml",
]

# Notebooks are shown as they were stored; `make test` runs them.
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline", "attrs_block"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

# Definitions, lemmas and observations are counted together, chapter by chapter.
prf_realtyp_to_countertyp = dict.fromkeys(["theorem", "lemma", "definition", "observation", "conjecture"], "lemma")
proof_minimal_theme = True
numfig_secnum_depth = 2

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 72
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "resmax_sym"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["site.css", finish.STYLE]
html_js_files = [("site.js", {"priority": 250})]
html_favicon = "static/favicon.svg"
html_copy_source = html_show_sourcelink = False
html_use_index = html_domain_indices = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"
highlight_language = "none"


def setup(app: Sphinx) -> None:
    """Docstrings before napoleon reads them; the finishing touches after the pages are written."""
    app.connect("autodoc-process-docstring", reference.plain, priority=400)
    app.connect("autodoc-process-signature", reference.signature)
    finish.connect(app)
