"""The types that pass between stages. Imports nothing of ours, does nothing."""
