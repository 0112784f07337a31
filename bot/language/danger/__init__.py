"""Danger now (紧急事项) by rules: the table of signs, and what around a sign says that it is no danger now."""
