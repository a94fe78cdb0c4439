"""The reminder machine on a copy of the register: what is to come, and what a silent year brings.

No second implementation of anything: the same services and SQL as in production, on tables of the
same shape in a schema of its own, walked through day by day.
"""
