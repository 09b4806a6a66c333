"""Which fields a node can be asked for, from the installed SDK: asking for any other is an error (100)."""

from __future__ import annotations

from importlib import import_module


def readable(graph_name: str) -> frozenset[str]:
    """Field names of a node, such as `Campaign`."""
    module = import_module(f"facebook_business.adobjects.{graph_name.lower()}")
    return frozenset(getattr(module, graph_name)._field_types)
