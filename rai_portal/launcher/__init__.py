"""What `./portal VERB` does. `install` and `ports` need the standard library only."""
