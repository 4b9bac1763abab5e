-- How often one site's home page opened.
SELECT * FROM availability WHERE target_id = $target ORDER BY "window";
