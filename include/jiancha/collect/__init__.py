"""The only room that touches the network: requests, evidence, site visits, account listings."""
