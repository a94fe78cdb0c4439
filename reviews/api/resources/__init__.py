"""The resources of the API, one module per part of the product."""
