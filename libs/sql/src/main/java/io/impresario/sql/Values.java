package io.impresario.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes what a statement is given. */
public final class Values {

  private Values() {}

  /** For a {@code timestamptz}. */
  public static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  public static @Nullable OffsetDateTime utcOrNull(@Nullable Instant instant) {
    return instant == null ? null : utc(instant);
  }

  /** For {@code make_interval(secs => …)}. */
  public static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /**
   * One field of all items, for {@code unnest} of a batch: {@code column(jobs, UUID[]::new,
   * Job::id)}.
   */
  public static <S, T> T[] column(
      Collection<S> items,
      IntFunction<T[]> array,
      Function<? super S, ? extends @Nullable T> field) {
    return items.stream().map(field).toArray(array);
  }
}
