-- What counts as of the checkpoint: dated on or before it. Where only the day is known, the day decides.
CREATE MACRO counts(published_on, published_at, checkpoint, checkpoint_day) AS
    published_on IS NOT NULL
    AND CASE WHEN published_at IS NULL THEN published_on <= checkpoint_day ELSE published_at <= checkpoint END;

-- Does a value make a target fail?
CREATE MACRO fails(value, compare, threshold) AS
    CASE compare WHEN 'at_least' THEN value >= threshold ELSE value > threshold END;

-- One row per list item, with whether it counts.
CREATE VIEW judged_items AS
SELECT i.*, counts(i.published_on, i.published_at, p.checkpoint, p.checkpoint_day) AS counted
FROM items AS i, window_parameters AS p;

-- One row per visit, with whether it read its target, and did so after the checkpoint: what was read
-- earlier can show that a target is fresh, never that it is stale.
CREATE VIEW judged_visits AS
SELECT
    v.*,
    v.status IS NOT DISTINCT FROM 'ok' AS read,
    coalesce(v.as_of >= p.checkpoint, FALSE) AS in_time
FROM visits AS v, window_parameters AS p;
