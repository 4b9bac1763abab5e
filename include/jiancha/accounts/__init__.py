"""Accounts between reading and collecting: one saved answer read and judged, and the plan of sources."""
