package io.impresario.schedule.cron;

import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The IANA time zone names that a schedule may have. */
public final class TimeZones {
  /** IANA names that the JDK keeps as abbreviations only. */
  private static final Map<String, String> FIXED =
      Map.of("EST", "-05:00", "MST", "-07:00", "HST", "-10:00");

  private static final TreeMap<String, String> BY_ANY_CASE = byAnyCase();

  private TimeZones() {}

  /** Exactly the IANA names: no offsets such as {@code +02:00}, no {@code UTC+2}. */
  public static Optional<ZoneId> find(String name) {
    String fixed = FIXED.get(name);
    if (fixed != null) {
      return Optional.of(ZoneId.of(fixed));
    }
    return name.equals(BY_ANY_CASE.get(name)) ? Optional.of(ZoneId.of(name)) : Optional.empty();
  }

  /** The name that was probably meant: the same in another case, or by its city alone. */
  public static Optional<String> suggest(String name) {
    String wanted = name.strip().replace(' ', '_');
    String sameLetters = BY_ANY_CASE.get(wanted);
    if (sameLetters != null) {
      return Optional.of(sameLetters);
    }
    return BY_ANY_CASE.values().stream()
        .filter(
            zone -> zone.regionMatches(true, zone.lastIndexOf('/') + 1, wanted, 0, wanted.length()))
        .filter(zone -> zone.length() - zone.lastIndexOf('/') - 1 == wanted.length())
        .findFirst();
  }

  private static TreeMap<String, String> byAnyCase() {
    TreeMap<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String zone : ZoneId.getAvailableZoneIds()) {
      if (!zone.startsWith("SystemV/")) {
        names.put(zone, zone);
      }
    }
    return names;
  }
}
