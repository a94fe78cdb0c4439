"""One module per part of the product; function views."""
