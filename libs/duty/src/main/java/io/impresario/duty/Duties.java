package io.impresario.duty;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
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

/** The duties of this process. */
@Singleton
public class Duties {
  /** Rounds under way at the stop take milliseconds; the pools are closed next. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final DutyTimer timer;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final List<Duty> all = new CopyOnWriteArrayList<>();

  @Inject
  Duties(Vertx vertx, MeterRegistry metrics, Clock clock) {
    this(new VertxTimer(vertx), metrics, clock);
  }

  Duties(DutyTimer timer, MeterRegistry metrics, Clock clock) {
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

  /** The same, started: for a duty that only time wakes. */
  public Duty start(DutySpec spec) {
    Duty duty = create(spec);
    duty.start();
    return duty;
  }

  /** The round of a duty that blocks its thread, on a worker's. */
  public Supplier<Uni<Round>> blocking(Callable<Round> round) {
    return () ->
        Uni.createFrom()
            .item(Unchecked.supplier(round::call))
            .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  List<Duty> all() {
    return all;
  }

  void stop(@Observes ShutdownEvent event) {
    CompletableFuture<?>[] ends =
        all.stream()
            .map(duty -> duty.stop().subscribeAsCompletionStage())
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(ends)
        .completeOnTimeout(null, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
