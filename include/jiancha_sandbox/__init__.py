"""The sandbox city: a forward proxy on loopback that answers for every host of one Chinese city.

It plays the 56 government websites and the feeds of the 252 new-media accounts of 咸阳市, with their
whole history, and writes what the two national reporting systems would export. Everything is a pure
function of a seed; a clock decides how much of the history has happened yet.

    gazetteer   names: areas, departments, columns, headlines
    rules       the inspection's rules, restated here so that the city can place its faults
    history     when something was published: rhythms and silences
    sites       the cast of websites;  accounts   the cast of accounts
    scenario    who falls silent when, and which near misses stand beside them
    desks       letters and service guides;  desk_pages  their pages
    channels    which ways lead to an account's posts, and what goes wrong on them
    city        SandboxCity: seed + clock, the histories of every target
    templates   HTML of the websites;  feeds   feeds and self-report tables
    hub         the RSSHub of the office;  vendor   tables that a monitoring firm exports
    owners      the platforms' official interfaces;  mobile   Weibo's mobile pages
    collector   the office's collector of WeChat accounts;  answer   a question and its answer
    exports     registry exports;  plan   the source plan;  connections   settings to read accounts by
    key         the answer key
    web         which page answers for an address;  server   the proxy

The city shares no parsing and no judging code with the inspection. Its answer key is counted from the
histories, never from the pages.
"""
