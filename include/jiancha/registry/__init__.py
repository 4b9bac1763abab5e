"""The registry (名录): which websites and accounts are inspected, as of a date."""
