"""The sunset register: statuses, contacts, answers, imports."""
