"""Floor 5: the REST API. Reads through selectors, writes through the services of the pages."""
