"""The demo: people, customers and cases of our own, played through the real services."""
