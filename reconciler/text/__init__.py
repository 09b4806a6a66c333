"""Text made safe: strangers' signs, tokens, YAML's quotes. Pure."""
