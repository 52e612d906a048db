package io.impresario.schedule;

import io.impresario.testing.MutableClock;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * The clock of the service under test; it lies in the past, so that signed identities are valid.
 */
@Singleton
public class TestClock {
  @Produces
  @Singleton
  MutableClock clock() {
    return MutableClock.at("2024-01-08T10:30:00Z");
  }
}
