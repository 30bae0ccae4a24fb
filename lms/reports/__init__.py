"""The gradebook, the evidence behind each number, and exports."""
