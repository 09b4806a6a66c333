"""The pure stages between what was observed and what is done: settle, compare, plan, policy, verify."""
