"""YAML files changed as a person would: one value, one line, and all else as it was to the byte. Pure.

| module | |
|---|---|
| `yaml_text.py` | puts a value into a text, or takes it out, by the places of what stands there |
| `values.py` | Meta's values in the words of YAML |
| `canonical.py` | the order of keys, and the text of a new file |
| `layout.py` | a file's text in that order: lines move, nothing on them changes |
| `made.py` | what a matrix says of one thing that it makes: its values, its cells |
| `places.py` | where in the files a field's value stands, or could stand |
"""
