from support.town import town

__all__ = ["town"]
