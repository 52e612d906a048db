package io.impresario.gateway.front;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import io.impresario.gateway.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose address a request counts for: the other end of the connection, or, when that is a trusted
 * proxy, the last hop of {@code X-Forwarded-For} that is not one. What stands before that hop may
 * be made up. An IPv6 address stands for its network of 64 bits, which is what one client has.
 */
@ApplicationScoped
class ClientAddresses {
  private static final int IPV6_CLIENT_BITS = 64;

  private static final IPAddressStringParameters ADDRESS = strictly().allowPrefix(false).toParams();
  private static final IPAddressStringParameters NETWORK = strictly().allowPrefix(true).toParams();

  private final List<IPAddress> trusted;

  @Inject
  ClientAddresses(GatewayConfig config) {
    this(config.addresses().trustedProxies().orElse(List.of()));
  }

  ClientAddresses(List<String> trustedNetworks) {
    this.trusted = trustedNetworks.stream().map(ClientAddresses::network).toList();
  }

  /**
   * @param peer the other end of the connection
   * @param forwarded the values of {@code X-Forwarded-For}, in their order
   */
  String of(String peer, List<String> forwarded) {
    IPAddress client = address(peer);
    if (client == null) {
      return peer;
    }
    List<String> hops =
        forwarded.stream().flatMap(value -> Stream.of(value.split(",", -1))).toList();
    for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
      IPAddress before = address(hops.get(i).strip());
      if (before == null) {
        break;
      }
      client = before;
    }
    return client.isIPv6()
        ? client.toPrefixBlock(IPV6_CLIENT_BITS).toCanonicalString()
        : client.toCanonicalString();
  }

  private boolean isTrusted(IPAddress address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  /** Some proxies add the port. */
  private static @Nullable IPAddress address(String text) {
    int bracket = text.indexOf(']');
    String host = text;
    if (text.startsWith("[") && bracket > 0) {
      host = text.substring(1, bracket);
    } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
      host = text.substring(0, text.indexOf(':'));
    }
    int zone = host.indexOf('%');
    IPAddress found =
        new IPAddressString(zone < 0 ? host : host.substring(0, zone), ADDRESS).getAddress();
    return found == null ? null : unmapped(found);
  }

  private static IPAddress network(String text) {
    try {
      return unmapped(new IPAddressString(text.strip(), NETWORK).toAddress()).toPrefixBlock();
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(
          "impresario.gateway.addresses.trusted-proxies: '"
              + text
              + "' is not a network in CIDR notation such as 10.1.0.0/16",
          e);
    }
  }

  /** {@code ::ffff:1.2.3.4} is a spelling of an IPv4 address. */
  private static IPAddress unmapped(IPAddress address) {
    return address.isIPv6() && address.toIPv6().isIPv4Mapped()
        ? address.toIPv6().getEmbeddedIPv4Address()
        : address;
  }

  /** No octal or shortened IPv4, which parsers read differently. */
  private static IPAddressStringParameters.Builder strictly() {
    return new IPAddressStringParameters.Builder()
        .allowAll(false)
        .allowEmpty(false)
        .allowMask(false)
        .allowPrefixOnly(false)
        .allowWildcardedSeparator(false)
        .allowSingleSegment(false)
        .setRangeOptions(RangeParameters.NO_RANGE)
        .getIPv4AddressParametersBuilder()
        .allow_inet_aton(false)
        .allowBinary(false)
        .getParentBuilder()
        .getIPv6AddressParametersBuilder()
        .allow_mixed_inet_aton(false)
        .allowBase85(false)
        .allowBinary(false)
        .getParentBuilder();
  }
}
