"""Website visits: columns and their dates, channels, services, links, wording, availability."""
