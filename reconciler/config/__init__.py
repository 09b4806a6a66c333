"""From files to resources: load, merge, read as specs, resolve."""
