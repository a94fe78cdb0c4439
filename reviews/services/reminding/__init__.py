"""The reminder machine: deadlines, ladders, plan, claim, send."""
