package io.impresario.log.intake;

import io.impresario.events.LogLine;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A line and the record that brought it, which is buried if the line can never be stored. */
record TakenLine(ConsumerRecord<String, byte[]> record, LogLine line) {
  TakenLine with(LogLine other) {
    return other == line ? this : new TakenLine(record, other);
  }
}
