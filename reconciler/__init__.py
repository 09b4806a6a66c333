"""Terraform for Meta ads: see ARCHITECTURE.md; start reading at `run/__init__.py`."""

__version__ = "0.1.0"
