"""The random formulas and their mpmath values, shared with the tests of the language."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lang"))
