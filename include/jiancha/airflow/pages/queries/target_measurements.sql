-- What was measured of one target.
SELECT * FROM measurements WHERE target_id = $target ORDER BY "window", indicator;
