"""Helpers that several suites share. tests/README.md says what each is for."""
