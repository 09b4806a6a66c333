"""Why a file is no YAML, told by the line that a person wrote. Pure.

A parser stumbles where it can go no further, often a line after the slip: behind `name：Spring` it misses a ':' at the
next key. So the lines at and above that place are looked at for what people do write there; only where nothing is
found, the parser's own error is said in plain words.
"""
