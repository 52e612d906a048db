-- No unique key: a second effect of one event would be a second row.
CREATE TABLE effect (job_id uuid NOT NULL, workflow text NOT NULL CHECK (workflow <> 'refused'));
