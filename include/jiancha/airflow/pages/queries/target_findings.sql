-- One target's findings, oldest window first.
SELECT * FROM findings WHERE target_id = $target ORDER BY "window", indicator;
