"""How any server is reached: proxies and certificates of the environment, and what keeps an answer from coming. Knows
neither Meta nor GitHub.
"""
