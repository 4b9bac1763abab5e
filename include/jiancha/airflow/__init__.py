"""What only Airflow needs: timetable, operators, mail and the plugin's pages."""
