"""One module a kind of node; ``registry`` lists them."""
