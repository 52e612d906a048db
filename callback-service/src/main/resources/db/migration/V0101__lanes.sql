-- A lane that has, or lately had, pending deliveries. Claims look at the lanes that are ready and at
-- no others, so that what waits costs them nothing.
CREATE TABLE delivery_lane (
  lane      text        NOT NULL,
  large     boolean     NOT NULL,
  tenant_id uuid        NOT NULL,
  -- Whether its target answered in time when it was last asked.
  proven    boolean     NOT NULL DEFAULT false,
  -- How many attempts it may have under way in a process; null while nothing is known of its target.
  width     integer     CHECK (width > 0),
  -- True: it may have something due. False: nothing before due_at.
  ready     boolean     NOT NULL,
  -- While it is ready, its place among the lanes of its tenant.
  due_at    timestamptz NOT NULL,
  -- When a delivery was last claimed from it or made for it.
  used_at   timestamptz NOT NULL,
  -- Counts changes: a claim sees the queue as it was when it began, and puts a lane to rest only if
  -- nobody has woken it since.
  changes   bigint      NOT NULL DEFAULT 0,
  PRIMARY KEY (lane, large)
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000
);
CREATE INDEX delivery_lane_ready ON delivery_lane (large, proven, tenant_id, due_at) WHERE ready;
CREATE INDEX delivery_lane_waiting ON delivery_lane (due_at) WHERE NOT ready;

-- What a body takes of the slots of its size: one for an ordinary body, its mebibytes for a large one.
ALTER TABLE delivery_queue ADD COLUMN weight integer NOT NULL DEFAULT 1 CHECK (weight > 0);
UPDATE delivery_queue q SET weight = greatest(1, ceil(length(b.bytes) / 1048576.0))
  FROM delivery d JOIN callback_body b ON b.id = d.body_id
 WHERE d.id = q.delivery_id AND q.large;

INSERT INTO delivery_lane (lane, large, tenant_id, ready, due_at, used_at)
SELECT q.lane, q.large, (array_agg(d.tenant_id))[1], true, now(), now()
  FROM delivery_queue q JOIN delivery d ON d.id = q.delivery_id
 GROUP BY q.lane, q.large;
