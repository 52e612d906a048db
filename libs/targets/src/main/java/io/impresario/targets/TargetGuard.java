package io.impresario.targets;

import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv6.IPv6Address;
import io.impresario.targets.TargetCheck.Accepted;
import io.impresario.targets.TargetCheck.Malformed;
import io.impresario.targets.TargetCheck.Refused;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rule about where callbacks may go. {@link #check} judges a URL when it is stored; {@link
 * #refusal} judges each address that its name resolves to, at every attempt. Refused are all
 * addresses that are not public unicast (IANA's special-purpose registries), in every spelling, and
 * IPv6 addresses that carry such an IPv4 one; networks that the configuration allows go first.
 */
public final class TargetGuard {

  private static final int MAX_URL = 2048;
  private static final Pattern URL = Pattern.compile("(?i)(https?)://([^/?#\\\\]*)([^#]*)(#.*)?");
  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*)(?::(\\d*))?");
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
              + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  private static final List<Special> SPECIAL_V4 =
      List.of(
          new Special("0.0.0.0/8", "unspecified"),
          new Special("10.0.0.0/8", "private"),
          new Special("100.64.0.0/10", "carrier NAT"),
          new Special("127.0.0.0/8", "loopback"),
          new Special("169.254.0.0/16", "link-local"),
          new Special("172.16.0.0/12", "private"),
          new Special("192.0.0.0/24", "reserved"),
          new Special("192.0.2.0/24", "documentation"),
          new Special("192.88.99.0/24", "reserved"),
          new Special("192.168.0.0/16", "private"),
          new Special("198.18.0.0/15", "benchmarking"),
          new Special("198.51.100.0/24", "documentation"),
          new Special("203.0.113.0/24", "documentation"),
          new Special("224.0.0.0/4", "multicast"),
          new Special("240.0.0.0/4", "reserved"));

  private static final List<Special> SPECIAL_V6 =
      List.of(
          new Special("::/128", "unspecified"),
          new Special("::1/128", "loopback"),
          new Special("fc00::/7", "unique-local"),
          new Special("fe80::/10", "link-local"),
          new Special("fec0::/10", "site-local"),
          new Special("ff00::/8", "multicast"),
          // Teredo, benchmarking, ORCHID and the rest of IETF's protocol assignments.
          new Special("2001::/23", "reserved"),
          new Special("2001:db8::/32", "documentation"),
          new Special("3fff::/20", "documentation"));

  private static final IPAddress GLOBAL_V6 = Addresses.network("2000::/3");
  private static final IPAddress NAT64 = Addresses.network("64:ff9b::/96");
  private static final IPAddress SIX_TO_FOUR = Addresses.network("2002::/16");

  private final List<IPAddress> allowed;

  private TargetGuard(List<IPAddress> allowed) {
    this.allowed = allowed;
  }

  /**
   * A guard from configured CIDR texts; an unreadable one is an {@link IllegalArgumentException}.
   */
  public static TargetGuard allowing(List<String> networks) {
    return new TargetGuard(
        networks.stream().filter(text -> !text.isBlank()).map(Addresses::network).toList());
  }

  /** Syntax, and the rule for a host that is an address. Never resolves a name. */
  public TargetCheck check(String url) {
    Matcher parts = URL.matcher(url);
    if (url.length() > MAX_URL) {
      return new Malformed("is longer than " + MAX_URL + " characters");
    }
    if (url.indexOf(' ') >= 0) {
      return new Malformed("has a space in it; write it as %20");
    }
    if (url.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      return new Malformed("has a control character in it");
    }
    if (!parts.matches()) {
      return new Malformed("must be an http or https URL");
    }
    boolean tls = parts.group(1).equalsIgnoreCase("https");
    String rest = parts.group(3);
    if (rest.startsWith("\\")) {
      return new Malformed("has a backslash where its path should begin");
    }
    if (parts.group(2).indexOf('@') >= 0) {
      return new Malformed("must not carry a user name or password");
    }
    Matcher authority = AUTHORITY.matcher(parts.group(2));
    if (!authority.matches()) {
      return new Malformed("has an unreadable host or port");
    }
    int port = port(authority.group(2), tls);
    if (port < 1 || port > 65535) {
      return new Malformed("has a port outside 1 to 65535");
    }
    return withHost(tls, authority.group(1), port, requestTarget(rest));
  }

  /** Why this address must not be connected to; empty when it may be. */
  public Optional<String> refusal(InetAddress address) {
    return refusal(Addresses.of(address));
  }

  private Optional<String> refusal(IPAddress address) {
    if (allowed.stream().anyMatch(network -> network.contains(address))) {
      return Optional.empty();
    }
    return address.isIPv4() ? special(SPECIAL_V4, address) : refusalOfV6(address.toIPv6());
  }

  private Optional<String> refusalOfV6(IPv6Address address) {
    if (NAT64.contains(address)) {
      return refusal(address.getEmbeddedIPv4Address(12));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return refusal(address.getEmbeddedIPv4Address(2));
    }
    if (isIsatap(address)) {
      return Optional.of("tunnelled");
    }
    Optional<String> special = special(SPECIAL_V6, address);
    // Only 2000::/3 is assigned for global unicast; this covers the deprecated IPv4-compatible and
    // IPv4-translated forms, local NAT64 (64:ff9b:1::/48) and the discard prefix. IPv4-mapped ones
    // have become IPv4 before.
    return special.isEmpty() && !GLOBAL_V6.contains(address) ? Optional.of("reserved") : special;
  }

  private TargetCheck withHost(boolean tls, String written, int port, String requestTarget) {
    if (written.startsWith("[")) {
      String inner = written.substring(1, written.length() - 1).toLowerCase(Locale.ROOT);
      return literal(tls, Addresses.ipv6(inner), port, requestTarget);
    }
    String host = asciiName(written);
    if (Addresses.endsInNumber(host)) {
      return literal(tls, Addresses.ipv4(host), port, requestTarget);
    }
    if (!NAME.matcher(host).matches()) {
      return new Malformed("has no valid host name");
    }
    if ((host.equals("localhost") || host.endsWith(".localhost")) && !allowsLoopback()) {
      return new Refused("leads to a loopback address");
    }
    return new Accepted(new Target(tls, host, port, requestTarget, Optional.empty()));
  }

  private TargetCheck literal(
      boolean tls, Optional<InetAddress> read, int port, String requestTarget) {
    if (read.isEmpty()) {
      return new Malformed("has an unreadable address as its host");
    }
    InetAddress address = read.get();
    Optional<String> refusal = refusal(address);
    if (refusal.isPresent()) {
      return new Refused("leads to a " + refusal.get() + " address");
    }
    return new Accepted(new Target(tls, address.getHostAddress(), port, requestTarget, read));
  }

  private boolean allowsLoopback() {
    return refusal(InetAddress.getLoopbackAddress()).isEmpty();
  }

  /** Compatibility forms (full-width digits, the ideographic full stop) become what they mean. */
  private static String asciiName(String written) {
    try {
      String ascii = IDN.toASCII(written, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      return ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return "";
    }
  }

  private static int port(@Nullable String digits, boolean tls) {
    if (digits == null || digits.isEmpty()) {
      return Target.defaultPort(tls);
    }
    return digits.length() > 5 ? -1 : Integer.parseInt(digits);
  }

  /** Path and query, with everything that may not stand on a request line percent-encoded. */
  private static String requestTarget(String rest) {
    StringBuilder line = new StringBuilder(rest.startsWith("/") ? "" : "/");
    for (byte octet : rest.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && "\"<>\\^`{|}".indexOf(octet) < 0) {
        line.append((char) octet);
      } else {
        line.append('%').append(String.format(Locale.ROOT, "%02X", octet));
      }
    }
    return line.toString();
  }

  private static Optional<String> special(List<Special> specials, IPAddress address) {
    return specials.stream()
        .filter(special -> special.network().contains(address))
        .map(Special::kind)
        .findFirst();
  }

  /** Under any prefix; the library looks for link-local ones only. */
  private static boolean isIsatap(IPv6Address address) {
    return (address.getSegment(4).getSegmentValue() & 0xfdff) == 0
        && address.getSegment(5).getSegmentValue() == 0x5efe;
  }

  private record Special(IPAddress network, String kind) {
    Special(String cidr, String kind) {
      this(Addresses.network(cidr), kind);
    }
  }
}
