-- How many occurrences a schedule has, kept with every insert and sweep: the sweeper reads only what
-- is beyond the newest that stay, instead of counting the newer ones of each old row again and again.
ALTER TABLE schedule ADD COLUMN occurrences integer NOT NULL DEFAULT 0;

UPDATE schedule SET occurrences = counted.rows
  FROM (SELECT schedule_id, count(*) AS rows FROM occurrence GROUP BY schedule_id) AS counted
 WHERE schedule.id = counted.schedule_id;

-- Old rows are found by their schedule now.
DROP INDEX occurrence_by_age;
