"""Promises of `reconciler/store/`, asked of every implementation."""
