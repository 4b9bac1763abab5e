"""People's decisions (人工核查): what they decide on, how it is kept, and what follows for the notice."""
