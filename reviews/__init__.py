"""RAI Portal: one Django app in five floors; docs/architecture.md has the picture."""
