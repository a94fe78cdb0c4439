"""Forms turn what was typed into the arguments of a service; they save nothing."""
