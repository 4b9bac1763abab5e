"""The only room that touches the network: bounded, checked, recorded requests."""
