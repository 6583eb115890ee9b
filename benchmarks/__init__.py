"""Ratios of medians, each pair measured side by side in one run."""
