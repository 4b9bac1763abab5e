-- Remarks on the registry of a window.
SELECT "check", row, code, message FROM registry_warnings WHERE "window" = $later ORDER BY "check", row LIMIT 500;
