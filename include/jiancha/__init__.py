"""jiancha (检查): the quarterly inspection of a city's government websites and new-media accounts."""
