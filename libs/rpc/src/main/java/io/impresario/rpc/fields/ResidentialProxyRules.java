package io.impresario.rpc.fields;

import io.impresario.events.ResidentialProxy;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code ResidentialProxy} of docs/api/openapi.yaml: which locations a residential proxy object may ask for. Every
 * broken rule is an issue of its own at the field that breaks it. Country and state are taken in
 * either case and kept in upper case.
 */
public final class ResidentialProxyRules {
  /** Longer than any valid value, so that a wrong one gets the rule's own message. */
  private static final int MAX_TEXT = 100;

  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  private static final Set<String> US_STATES =
      Set.copyOf(
          Arrays.asList(
              ("AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE"
                      + " NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY")
                  .split(" ")));

  private static final Pattern CITY = Pattern.compile("[a-z0-9-]+");
  private static final Pattern ZIP = Pattern.compile("[0-9]{5}");
  private static final Pattern ASN = Pattern.compile("AS[0-9]+");

  private ResidentialProxyRules() {}

  /** The object in {@code field}, or null when the field is absent. */
  public static @Nullable ResidentialProxy read(Input input, String field) {
    Input proxy = input.optionalObject(field);
    if (proxy == null) {
      return null;
    }
    String country = upper(proxy.requiredText("country", 1, MAX_TEXT));
    String state = proxy.optionalText("state", 1, MAX_TEXT);
    String city = proxy.optionalText("city", 1, MAX_TEXT);
    String zip = proxy.optionalText("zip", 1, MAX_TEXT);
    String asn = proxy.optionalText("asn", 1, MAX_TEXT);
    state = state == null ? null : upper(state);
    known(proxy, "country", country, COUNTRIES, "Must be a two-letter ISO 3166-1 country code");
    known(proxy, "state", state, US_STATES, "Must be a two-letter US state");
    shaped(proxy, "city", city, CITY, "Must be a slug of a-z, 0-9 and -");
    shaped(proxy, "zip", zip, ZIP, "Must be five digits");
    shaped(proxy, "asn", asn, ASN, "Must be AS followed by digits");
    onlyInTheUnitedStates(proxy, "state", state, country);
    onlyInTheUnitedStates(proxy, "zip", zip, country);
    aloneWithoutPlace(proxy, "zip", zip, city, state);
    aloneWithoutPlace(proxy, "asn", asn, city, state);
    return new ResidentialProxy(country, state, city, zip, asn);
  }

  /** Empty stands for a value that already has an issue. */
  private static void known(
      Input proxy, String field, @Nullable String value, Set<String> values, String rule) {
    if (value != null && !value.isEmpty() && !values.contains(value)) {
      proxy.issue(Issue.custom(List.of(field), rule));
    }
  }

  private static void shaped(
      Input proxy, String field, @Nullable String value, Pattern shape, String rule) {
    if (value != null && !value.isEmpty() && !shape.matcher(value).matches()) {
      proxy.issue(Issue.invalidString(List.of(field), "regex", rule));
    }
  }

  private static void onlyInTheUnitedStates(
      Input proxy, String field, @Nullable String value, String country) {
    if (value != null && !country.isEmpty() && !country.equals("US")) {
      proxy.issue(Issue.custom(List.of(field), "Is only possible with country US"));
    }
  }

  private static void aloneWithoutPlace(
      Input proxy,
      String field,
      @Nullable String value,
      @Nullable String city,
      @Nullable String state) {
    if (value != null && (city != null || state != null)) {
      proxy.issue(Issue.custom(List.of(field), "Cannot be combined with city or state"));
    }
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
