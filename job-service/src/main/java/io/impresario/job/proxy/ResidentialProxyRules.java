package io.impresario.job.proxy;

import io.impresario.events.ResidentialProxy;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Section 6 of the HTTP contract: each broken rule is an issue of its own, with its path. */
public final class ResidentialProxyRules {
  private static final int MAX_TEXT = 100;
  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
  private static final Set<String> STATES =
      Set.of(
          ("AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV"
                  + " NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY")
              .split(" "));

  private ResidentialProxyRules() {}

  /** Reads the object's fields; what is wrong is noted in the input. */
  public static ResidentialProxy read(Input input) {
    String country = input.requiredText("country", 0, MAX_TEXT).toUpperCase(Locale.ROOT);
    String state = upper(input.optionalText("state", 0, MAX_TEXT));
    String city = input.optionalText("city", 0, MAX_TEXT);
    String zip = input.optionalText("zip", 0, MAX_TEXT);
    String asn = upper(input.optionalText("asn", 0, MAX_TEXT));
    boolean inUs = country.equals("US");
    if (!country.isEmpty()) {
      rule(input, COUNTRIES.contains(country), "country", "Unknown ISO 3166-1 country code");
    }
    if (state != null) {
      rule(input, STATES.contains(state), "state", "Unknown two-letter US state");
      rule(input, inUs, "state", "A state is allowed only with country US");
    }
    if (city != null) {
      rule(input, city.matches("[a-z0-9-]+"), "city", "A city is a slug of a-z, 0-9 and -");
    }
    if (zip != null) {
      rule(input, zip.matches("[0-9]{5}"), "zip", "A zip code has five digits");
      rule(input, inUs, "zip", "A zip code is allowed only with country US");
      rule(input, city == null, "zip", "A zip code cannot be combined with a city");
      rule(input, state == null, "zip", "A zip code cannot be combined with a state");
    }
    if (asn != null) {
      rule(input, asn.matches("AS[0-9]+"), "asn", "An ASN is AS followed by digits");
      rule(input, city == null, "asn", "An ASN cannot be combined with a city");
      rule(input, state == null, "asn", "An ASN cannot be combined with a state");
    }
    return new ResidentialProxy(country, state, city, zip, asn);
  }

  private static void rule(Input input, boolean kept, String field, String message) {
    if (!kept) {
      input.issue(Issue.custom(field, message));
    }
  }

  private static @Nullable String upper(@Nullable String text) {
    return text == null ? null : text.toUpperCase(Locale.ROOT);
  }
}
