"""Exports: which lists leave the portal, with which columns, and the statement that copies them."""
