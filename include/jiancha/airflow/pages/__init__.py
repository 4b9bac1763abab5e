"""The pages that the plugin adds to Airflow: 整个城市一眼看清, one module a view.

They are made on the server from the lake's tables, read only, and need nothing from other servers.
"""

from jiancha.airflow.pages.app import create_app

__all__ = ["create_app"]
