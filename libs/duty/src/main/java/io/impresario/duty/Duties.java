package io.impresario.duty;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** The duties of this process. */
@Singleton
public class Duties {
  private static final Logger LOG = Logger.getLogger(Duties.class);

  /** Rounds under way at the stop take milliseconds; the pools are closed next. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final DutyTimer timer;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final List<Duty> all = new CopyOnWriteArrayList<>();

  @Inject
  Duties(Vertx vertx, MeterRegistry metrics, Clock clock) {
    this(vertx, new VertxTimer(vertx), metrics, clock);
  }

  Duties(Vertx vertx, DutyTimer timer, MeterRegistry metrics, Clock clock) {
    this.vertx = vertx;
    this.timer = timer;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** A duty that its owner starts, usually on {@code StartupEvent}. It stops with the process. */
  public Duty create(DutySpec spec) {
    Duty duty = new Duty(spec, timer, new DutyRecord(spec.name(), timer, clock, metrics));
    all.add(duty);
    return duty;
  }

  /** The round of a duty that blocks its thread, on a worker's. */
  public Supplier<Uni<Round>> blocking(Callable<Round> round) {
    return () ->
        Uni.createFrom()
            .completionStage(() -> vertx.executeBlocking(round, false).toCompletionStage());
  }

  List<Duty> all() {
    return all;
  }

  void stop(@Observes ShutdownEvent event) {
    CompletableFuture<?>[] ends =
        all.stream()
            .map(duty -> duty.stop().toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends)
          .completeOnTimeout(null, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } finally {
      LOG.debugf("duties.stopped count=%d", all.size());
    }
  }
}
