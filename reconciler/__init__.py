"""Terraform for Meta ads: see ARCHITECTURE.md; start reading at `pipeline.py`."""

__version__ = "0.1.0"
