package io.impresario.log.intake;

import io.impresario.events.EventType;
import io.impresario.events.LogLine;
import io.impresario.events.UndecodableEvent;
import io.impresario.log.line.LineLimits;
import io.impresario.outbox.intake.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Sorts the records of a poll into lines to store, lines that are older than what is kept, and
 * poison.
 *
 * @param oldest lines before this are past the retention already
 * @param newest lines after this have a wrong time
 */
record LineReader(LineLimits limits, Instant oldest, Instant newest) {
  private static final int MAX_WORKFLOW = 200;

  record Poison(ConsumerRecord<String, byte[]> record, String reason) {}

  record Sorted(List<TakenLine> lines, List<Poison> poisons, int expired) {}

  Sorted sort(Iterable<ConsumerRecord<String, byte[]>> records) {
    List<TakenLine> lines = new ArrayList<>();
    List<Poison> poisons = new ArrayList<>();
    int expired = 0;
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        LogLine line = valid(Received.of(EventType.EXECUTOR_LOG, record).event());
        if (line.timestamp().isBefore(oldest)) {
          expired++;
        } else {
          lines.add(new TakenLine(record, limits.fit(line)));
        }
      } catch (UndecodableEvent e) {
        poisons.add(new Poison(record, String.valueOf(e.getMessage())));
      }
    }
    return new Sorted(lines, poisons, expired);
  }

  private LogLine valid(LogLine line) {
    if (line.seq() < 1) {
      throw new UndecodableEvent("the sequence number is below 1: " + line.seq(), null);
    }
    if (line.workflow().length() > MAX_WORKFLOW) {
      throw new UndecodableEvent("the workflow's name is longer than " + MAX_WORKFLOW, null);
    }
    if (line.timestamp().isAfter(newest)) {
      throw new UndecodableEvent("the time is in the future: " + line.timestamp(), null);
    }
    return line;
  }
}
