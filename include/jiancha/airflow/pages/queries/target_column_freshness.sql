-- One site's columns in all windows.
SELECT * FROM column_freshness WHERE target_id = $target ORDER BY "window", column_id;
