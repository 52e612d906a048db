package io.impresario.schedule;

import io.impresario.testing.DatabaseClock;
import io.impresario.testing.MutableClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/**
 * The clock of the service under test and of its database; it lies in the past, so that signed
 * identities are valid.
 */
@Singleton
public class TestClock {
  @Produces
  @Singleton
  MutableClock clock() {
    return MutableClock.at("2024-01-08T10:30:00Z").steering(DatabaseClock.of("schedule"));
  }

  /** The database's clock stands before the service asks for the time. */
  void stop(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event,
      MutableClock clock) {
    clock.set(clock.instant());
  }
}
