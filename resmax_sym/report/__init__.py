"""The main job and what it prints."""

from resmax_sym.report.verify import Report, verify

__all__ = ["Report", "verify"]
