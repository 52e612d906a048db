package io.impresario.schedule.definition;

import io.impresario.schedule.cron.FireTime;
import io.impresario.schedule.cron.FireTimes;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The next fire times of an expression, with a word wherever the clocks change. */
record Preview(List<Occurrence> occurrences) {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

  /**
   * @param local the wall clock at that moment, with its offset
   * @param note why it is not what the expression names literally; null when it is
   */
  record Occurrence(Instant at, String local, @Nullable String note) {}

  static Preview of(FireTimes times, Instant from, int count) {
    List<Occurrence> occurrences = new ArrayList<>();
    Optional<FireTime> next = times.after(from);
    while (next.isPresent() && occurrences.size() < count) {
      occurrences.add(occurrence(times, next.get()));
      next = times.after(next.get().at());
    }
    return new Preview(occurrences);
  }

  private static Occurrence occurrence(FireTimes times, FireTime time) {
    ZonedDateTime wallClock = time.at().atZone(times.zone());
    return new Occurrence(time.at(), LOCAL.format(wallClock), note(time));
  }

  private static @Nullable String note(FireTime time) {
    return switch (time.placement()) {
      case ORDINARY -> null;
      case AFTER_GAP ->
          time.local().toLocalTime()
              + " does not exist on this day: the clocks go forward; fires right after the gap";
      case FIRST_OF_TWO ->
          time.local().toLocalTime() + " occurs twice on this day: this is the first";
      case SECOND_OF_TWO ->
          time.local().toLocalTime() + " occurs twice on this day: this is the second";
    };
  }
}
