-- One target's verdicts, oldest window first.
SELECT * FROM verdicts WHERE target_id = $target ORDER BY "window";
