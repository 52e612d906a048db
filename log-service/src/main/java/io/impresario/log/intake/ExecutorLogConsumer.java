package io.impresario.log.intake;

import io.impresario.log.intake.LineReader.Poison;
import io.impresario.log.intake.LineReader.Sorted;
import io.impresario.log.line.LineLimits;
import io.impresario.log.retention.RetentionConfig;
import io.impresario.outbox.intake.DeadLetters;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Takes one poll of log records after the other: read, bury what cannot be read, write the rest,
 * acknowledge.
 */
@ApplicationScoped
class ExecutorLogConsumer {
  /** How dead letters name this consumer. */
  static final String NAME = "log-service";

  private final BatchWriter writer;
  private final DeadLetters deadLetters;
  private final IntakeReport report;
  private final IntakeConfig config;
  private final RetentionConfig retention;
  private final Clock clock;

  ExecutorLogConsumer(
      BatchWriter writer,
      DeadLetters deadLetters,
      IntakeReport report,
      IntakeConfig config,
      RetentionConfig retention,
      Clock clock) {
    this.writer = writer;
    this.deadLetters = deadLetters;
    this.report = report;
    this.config = config;
    this.retention = retention;
    this.clock = clock;
  }

  @Incoming("executor-logs")
  Uni<Void> consume(Message<List<byte[]>> message) {
    ConsumerRecords<String, byte[]> records = records(message);
    // Decoding thousands of records holds a thread too long for the event loop.
    return Uni.createFrom()
        .item(() -> reader().sort(records))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(sorted -> bury(sorted.poisons()).chain(() -> write(sorted)))
        .chain(() -> Uni.createFrom().completionStage(message.ack()));
  }

  private LineReader reader() {
    Instant now = clock.instant();
    return new LineReader(
        new LineLimits(Math.toIntExact(config.maxLineSize().asLongValue())),
        now.minus(retention.keep()),
        now.plus(config.maxAhead()));
  }

  private Uni<Void> write(Sorted sorted) {
    long start = System.nanoTime();
    return writer
        .write(sorted.lines())
        .invoke(
            written ->
                report.batch(
                    sorted, written, Duration.ofNanos(System.nanoTime() - start), clock.instant()))
        .replaceWithVoid();
  }

  private Uni<Void> bury(List<Poison> poisons) {
    return Multi.createFrom()
        .iterable(poisons)
        .onItem()
        .transformToUniAndConcatenate(
            poison -> deadLetters.bury(poison.record(), NAME, poison.reason()))
        .collect()
        .last()
        .replaceWithVoid();
  }

  @SuppressWarnings("unchecked")
  private static ConsumerRecords<String, byte[]> records(Message<List<byte[]>> message) {
    return message
        .getMetadata(IncomingKafkaRecordBatchMetadata.class)
        .map(metadata -> (ConsumerRecords<String, byte[]>) metadata.getRecords())
        .orElseThrow(() -> new IllegalStateException("the channel needs batch=true"));
  }
}
