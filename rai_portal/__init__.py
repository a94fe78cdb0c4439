"""The project: wiring only, no rules. It stands on top of `reviews` and nothing imports it.

Kept free of imports: the launcher reads `rai_portal.embedded` before anything is installed.
"""
