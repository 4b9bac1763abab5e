"""Imports what fetch tasks need, so that task processes forked from this one find it loaded.

LocalExecutor forks its workers from the scheduler, and each worker forks a process for each task. With
``[core] lazy_load_plugins = False`` the scheduler loads the plugin, and with it this module, before it forks.
"""

import jiancha.collect.account
import jiancha.collect.site
import jiancha.registry.snapshots  # noqa: F401 - imported for those that are forked from here
