package io.impresario.duty;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a duty is.
 *
 * @param name in logs and metrics: lower case with hyphens
 * @param every the longest time from one round to the next while nothing fails
 * @param first when the first round runs, unless a signal is earlier
 * @param limit for one round. Then the duty goes on without it: what it still does in the
 *     background may overlap with the next round, so a round must be safe against itself. Longer
 *     than the limit on a silent connection, which ends most rounds that hang
 * @param maxPause the pause after a failure begins at 200 ms and doubles up to this
 * @param round one round; it may fail in any way, throw, or never end
 * @param dependencies whether everything besides PostgreSQL that a round needs answers
 */
public record DutySpec(
    String name,
    Duration every,
    Duration first,
    Duration limit,
    Duration maxPause,
    Supplier<Uni<Round>> round,
    Optional<Supplier<Uni<Boolean>>> dependencies) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  /** A duty with a limit of 30 s for a round and pauses of up to 5 s. */
  public static DutySpec of(String name, Duration every, Supplier<Uni<Round>> round) {
    return new DutySpec(name, every, every, LIMIT, MAX_PAUSE, round, Optional.empty());
  }

  public DutySpec withFirst(Duration after) {
    return new DutySpec(name, every, after, limit, maxPause, round, dependencies);
  }

  public DutySpec withLimit(Duration longest) {
    return new DutySpec(name, every, first, longest, maxPause, round, dependencies);
  }

  public DutySpec withMaxPause(Duration longest) {
    return new DutySpec(name, every, first, limit, longest, round, dependencies);
  }

  /** For a duty that also needs something else than PostgreSQL. */
  public DutySpec withDependencies(Supplier<Uni<Boolean>> answer) {
    return new DutySpec(name, every, first, limit, maxPause, round, Optional.of(answer));
  }
}
