"""Floor 4: verbs. One transaction, one audit event, one return value each."""
