package io.impresario.outbox;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch of the outbox after it was sent.
 *
 * @param acknowledged positions that may be deleted
 * @param refused positions that are to be set aside, with the reasons
 * @param waiting why the others stay
 * @param last the highest position
 * @param isFull whether there may be rows behind it
 */
record SentBatch(
    List<Long> acknowledged,
    Map<Long, String> refused,
    List<String> waiting,
    long last,
    boolean isFull) {
  static final SentBatch NONE = new SentBatch(List.of(), Map.of(), List.of(), 0, false);

  static SentBatch of(RowSet<Row> taken, Map<Long, Fate> fates) {
    List<Long> acknowledged = new ArrayList<>();
    Map<Long, String> refused = new LinkedHashMap<>();
    List<String> waiting = new ArrayList<>();
    long last = 0;
    long found = 0;
    for (Row row : taken) {
      last = row.getLong("position");
      found = row.getLong("found");
      Fate fate = fates.getOrDefault(last, new Fate.Waiting("no answer in time"));
      if (fate instanceof Fate.Acknowledged) {
        acknowledged.add(last);
      } else if (fate instanceof Fate.Refused never) {
        refused.put(last, never.reason());
      } else if (fate instanceof Fate.Waiting waits) {
        waiting.add(waits.reason());
      }
    }
    boolean full = found == OutboxRelay.BATCH_ROWS || found > taken.size();
    return new SentBatch(acknowledged, refused, waiting, last, full);
  }

  /**
   * Behind which position the next batch begins: behind this one while there are events that wait,
   * so that those of a partition without a leader do not hold up the others; from the end again at
   * the beginning.
   *
   * @param after behind which position this batch began
   */
  long nextAfter(long after) {
    return isFull && (!waiting.isEmpty() || after > 0) ? last : 0;
  }

  boolean isEmpty() {
    return acknowledged.isEmpty() && refused.isEmpty() && waiting.isEmpty();
  }
}
