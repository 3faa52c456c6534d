"""What authors do: measure and prove exercises, pack them, make them out of real code."""
