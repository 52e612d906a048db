package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressesTest {
  private final ClientAddresses behindProxies =
      new ClientAddresses(List.of("10.0.0.0/8", "2001:db8:1::/48"));

  @Test
  void aStrangersWordIsNotTaken() {
    assertThat(behindProxies.of("192.0.2.1", List.of("198.51.100.7"))).isEqualTo("192.0.2.1");
    assertThat(new ClientAddresses(List.of()).of("10.0.0.1", List.of("198.51.100.7")))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void aProxysWordIsTakenBackToTheFirstHopThatIsNone() {
    assertThat(behindProxies.of("10.0.0.1", List.of("203.0.113.9, 198.51.100.7, 10.2.3.4")))
        .isEqualTo("198.51.100.7");
    assertThat(behindProxies.of("10.0.0.1", List.of("203.0.113.9", "198.51.100.7", "10.2.3.4")))
        .isEqualTo("198.51.100.7");
    assertThat(behindProxies.of("10.0.0.1", List.of("10.2.3.4"))).isEqualTo("10.2.3.4");
    assertThat(behindProxies.of("10.0.0.1", List.of())).isEqualTo("10.0.0.1");
  }

  @Test
  void whatIsNoAddressEndsTheChain() {
    for (String made : List.of("unknown", "", "*", "1.2.3", "10.0.0.0/8", "a, ", "999.1.1.1")) {
      assertThat(behindProxies.of("10.0.0.1", List.of("198.51.100.7, " + made)))
          .as(made)
          .isEqualTo("10.0.0.1");
    }
  }

  @Test
  void portsAndSpellingsMakeNoOtherClient() {
    assertThat(behindProxies.of("10.0.0.1", List.of("198.51.100.7:4711")))
        .isEqualTo("198.51.100.7");
    assertThat(behindProxies.of("::ffff:10.0.0.1", List.of("::ffff:198.51.100.7")))
        .isEqualTo("198.51.100.7");
    assertThat(behindProxies.of("fe80::1%eth0", List.of())).isEqualTo("fe80::/64");
  }

  @Test
  void anIpv6ClientIsItsNetwork() {
    String one = behindProxies.of("2001:db8:2::1", List.of());
    assertThat(one).isEqualTo("2001:db8:2::/64");
    assertThat(behindProxies.of("2001:db8:2:0:ffff::1", List.of())).isEqualTo(one);
    assertThat(behindProxies.of("2001:db8:2:1::1", List.of())).isNotEqualTo(one);
    assertThat(behindProxies.of("2001:db8:1::1", List.of("[2001:db8:2::9]:443"))).isEqualTo(one);
  }

  @Test
  void aNetworkThatIsNoneStopsTheStart() {
    assertThatThrownBy(() -> new ClientAddresses(List.of("10.0.0.0/8", "proxy.example")))
        .hasMessageContaining("trusted-proxies")
        .hasMessageContaining("proxy.example");
  }
}
