"""Commands for use without Airflow: read pages, visit one site, look at evidence."""
