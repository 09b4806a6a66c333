"""Terraform for Meta ads: see ARCHITECTURE.md; start reading at `run/pipeline.py`."""

__version__ = "0.1.0"
