"""A plan as one page that is signed: HTML and SVG, whole in itself, without a script. Pure."""
