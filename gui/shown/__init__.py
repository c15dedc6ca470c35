"""What each panel shows, resolved from the newest Status and the clock: pure functions, no widgets."""
