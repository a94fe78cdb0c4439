"""Reading foreign inventories: from bytes to mapped rows, by a profile that is data."""
