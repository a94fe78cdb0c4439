"""Exports: a process of their own writes the file, a page passes it on.

``process`` stands in the web server and starts ``host``, which forks one process per export; that
one (``writing``, ``formats``) knows neither Django nor the models, only a finished statement.
"""
