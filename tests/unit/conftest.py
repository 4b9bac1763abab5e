"""Fixtures that several rooms use."""

from support.hostile_server import hostile

__all__ = ["hostile"]
