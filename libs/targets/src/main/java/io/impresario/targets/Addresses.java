package io.impresario.targets;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Reads addresses as they can stand in a URL, and networks of the configuration. The URL standard's
 * IPv4 parser takes decimal, octal and hexadecimal numbers of one to four parts; IPv6 has neither a
 * zone nor a prefix there. Java's own parser is not used because it asks the resolver for what it
 * does not understand.
 */
final class Addresses {

  private static final IPAddressStringParameters IPV4 =
      oneAddress()
          .allowIPv6(false)
          .allowSingleSegment(true)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(true)
          // Digits beyond 32 bits would be cut off.
          .allow_inet_aton_extraneous_digits(false)
          .allowUnlimitedLeadingZeros(true)
          .allowBinary(false)
          .getParentBuilder()
          .toParams();

  private static final IPAddressStringParameters IPV6 =
      oneAddress()
          .allowIPv4(false)
          .allowSingleSegment(false)
          .getIPv6AddressParametersBuilder()
          .allowMixed(true)
          .allow_mixed_inet_aton(false)
          .allowUnlimitedLeadingZeros(false)
          .allowZone(false)
          .allowBase85(false)
          .allowBinary(false)
          .getParentBuilder()
          .toParams();

  private static final IPAddressStringParameters CIDR =
      oneAddress().allowPrefix(true).allowSingleSegment(false).toParams();

  private static final IPAddressGenerator GENERATOR = new IPAddressGenerator();

  private Addresses() {}

  private static IPAddressStringParameters.Builder oneAddress() {
    return new IPAddressStringParameters.Builder()
        .allowAll(false)
        .allowEmpty(false)
        .allowMask(false)
        .allowPrefix(false)
        .allowPrefixOnly(false)
        .allowWildcardedSeparator(false)
        .setRangeOptions(RangeParameters.NO_RANGE);
  }

  /** Whether the last label makes a host an IPv4 address or nothing, by the URL standard. */
  static boolean endsInNumber(String host) {
    return host.substring(host.lastIndexOf('.') + 1).matches("[0-9]+|0x[0-9a-f]*");
  }

  static Optional<InetAddress> ipv4(String host) {
    return read(host, IPV4);
  }

  /** Without the brackets. */
  static Optional<InetAddress> ipv6(String text) {
    return read(text, IPV6);
  }

  private static Optional<InetAddress> read(String text, IPAddressStringParameters rules) {
    return Optional.ofNullable(new IPAddressString(text, rules).getAddress())
        .map(Addresses::unmapped)
        .map(IPAddress::toInetAddress);
  }

  /** Reads {@code address/prefix length}; an address alone is a network of one. */
  static IPAddress network(String text) {
    try {
      return new IPAddressString(text.strip(), CIDR).toAddress().toPrefixBlock();
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a network in CIDR notation such as 10.1.0.0/16", e);
    }
  }

  static IPAddress of(InetAddress address) {
    return unmapped(GENERATOR.from(address.getAddress()));
  }

  /** {@code ::ffff:1.2.3.4} is a spelling of an IPv4 address. */
  private static IPAddress unmapped(IPAddress address) {
    return address.isIPv6() && address.toIPv6().isIPv4Mapped()
        ? address.toIPv6().getEmbeddedIPv4Address()
        : address;
  }
}
