"""The steps of each DAG, under the DAG's name; ``context`` opens what they all need."""
