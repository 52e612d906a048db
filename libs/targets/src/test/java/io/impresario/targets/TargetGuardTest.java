package io.impresario.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.targets.TargetCheck.Accepted;
import io.impresario.targets.TargetCheck.Malformed;
import io.impresario.targets.TargetCheck.Refused;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetGuardTest {

  private static final TargetGuard STRICT = TargetGuard.allowing(List.of());
  private static final TargetGuard LOCAL =
      TargetGuard.allowing(List.of("127.0.0.0/8", "::1/128", ""));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://127.1",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0X7F.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1:8080/hook",
        "http://localhost/",
        "https://LOCALHOST.:8443/",
        "http://api.localhost/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://0/",
        "http://0.0.0.0:80",
        "http://10.1.2.3/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0xA9FEA9FE/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://198.18.0.1/",
        "http://192.0.2.7/",
        "http://[::]/",
        "http://[::1]:9000/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[0000::0.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::FFFF:7f00:1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::8.8.8.8]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:c0a8:0101::1]/",
        "http://[2001::7f00:1]/",
        "http://[2001:db8::1]/",
        "http://[fc00::1]/",
        "http://[fdab::1]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[100::1]/",
        "http://[2a00:1450::200:5efe:10.0.0.1]/",
      })
  void refusesAddressesOfTheOwnHouseInEverySpelling(String url) {
    assertThat(STRICT.check(url)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hook.example.com",
        "//hook.example.com/",
        "ftp://hook.example.com/",
        "file:///etc/passwd",
        "gopher://hook.example.com/",
        "http:/hook.example.com/",
        "http://",
        "http:///path",
        "http://:80/",
        " http://hook.example.com/",
        "http://hook.example.com/a b",
        "http://hook.example.com/\r\nX-Injected: 1",
        "http://hook.example.com\\@127.0.0.1/",
        "http://user:pass@hook.example.com/",
        "http://hook.example.com@127.0.0.1/",
        "http://hook.example.com:0/",
        "http://hook.example.com:65536/",
        "http://hook.example.com:99999999999/",
        "http://hook.example.com:8o/",
        "http://hook..example.com/",
        "http://-hook.example.com/",
        "http://hook%2eexample.com/",
        "http://hook.exa mple.com/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.0x1ff/",
        "http://4294967296/",
        "http://08.8.8.8/",
        "http://example.7/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[1::2::3]/",
        "http://[:::]/",
        "http://[1:2:3:4:5:6:7:8:9]/",
        "http://[1:2:3:4:5:6:7]/",
        "http://[::1.2.3.256]/",
        "http://[12345::]/",
      })
  void callsMalformedWhatIsNoSoundUrl(String url) {
    assertThat(STRICT.check(url)).isInstanceOf(Malformed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "https://hook.example.com, true, hook.example.com, 443, /, hook.example.com",
    "https://Hook.Example.com.:443/a?b=c#frag, true, hook.example.com, 443, /a?b=c,"
        + " hook.example.com",
    "http://hook_1.example.com:8080?x=1, false, hook_1.example.com, 8080, /?x=1,"
        + " hook_1.example.com:8080",
    "http://bücher.example/ä|b, false, xn--bcher-kva.example, 80, /%C3%A4%7Cb,"
        + " xn--bcher-kva.example",
    "http://134744072/, false, 8.8.8.8, 80, /, 8.8.8.8",
    "http://[2606:4700::1111]:81/x, false, 2606:4700:0:0:0:0:0:1111, 81, /x,"
        + " [2606:4700:0:0:0:0:0:1111]:81",
    "http://[::ffff:8.8.8.8]/, false, 8.8.8.8, 80, /, 8.8.8.8",
    "http://[64:ff9b::8.8.8.8]/, false, 64:ff9b:0:0:0:0:808:808, 80, /, [64:ff9b:0:0:0:0:808:808]",
    "http://intranet/hook, false, intranet, 80, /hook, intranet",
  })
  void readsSoundTargets(
      String url, boolean tls, String host, int port, String requestTarget, String hostHeader) {
    assertThat(STRICT.check(url))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              Target target = accepted.target();
              assertThat(target.tls()).isEqualTo(tls);
              assertThat(target.host()).isEqualTo(host);
              assertThat(target.port()).isEqualTo(port);
              assertThat(target.requestTarget()).isEqualTo(requestTarget);
              assertThat(target.hostHeader()).isEqualTo(hostHeader);
            });
  }

  @Test
  void namesWhatMayNotStandInAUrl() {
    TargetGuard guard = TargetGuard.allowing(List.of());
    assertThat(guard.check("https://a.example/b c"))
        .isEqualTo(new Malformed("has a space in it; write it as %20"));
    assertThat(guard.check("https://a.example/b\tc"))
        .isEqualTo(new Malformed("has a control character in it"));
  }

  @Test
  void refusesAnOverlongUrl() {
    assertThat(STRICT.check("http://hook.example.com/" + "a".repeat(2048)))
        .isInstanceOf(Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost:1/",
      })
  void letsThroughWhatTheConfigurationAllows(String url) {
    assertThat(LOCAL.check(url)).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.0.1/", "http://[fe80::1]/", "http://0.0.0.0/"})
  void keepsRefusingWhatIsNotAllowed(String url) {
    assertThat(LOCAL.check(url)).isInstanceOf(Refused.class);
  }

  @Test
  void judgesResolvedAddresses() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    mapped[12] = 127;
    mapped[15] = 1;
    assertThat(STRICT.refusal(InetAddress.getByAddress(mapped))).contains("loopback");
    assertThat(LOCAL.refusal(InetAddress.getByAddress(mapped))).isEmpty();
    assertThat(STRICT.refusal(InetAddress.getByAddress(new byte[] {8, 8, 8, 8}))).isEmpty();
  }

  /** The spelling of an address never changes the verdict. */
  @Test
  void judgesEverySpellingOfAnAddressAlike() throws Exception {
    int[] special = {10, 127, 169, 172, 192, 100, 198, 224};
    Random random = new Random(20260);
    for (int i = 0; i < 5_000; i++) {
      byte[] octets = new byte[4];
      random.nextBytes(octets);
      if (i % 2 == 0) {
        octets[0] = (byte) special[random.nextInt(special.length)];
      }
      long value = Integer.toUnsignedLong(ByteBuffer.wrap(octets).getInt());
      boolean refused = STRICT.refusal(InetAddress.getByAddress(octets)).isPresent();
      long low = value & 0xffffff;
      for (String host :
          List.of(
              InetAddress.getByAddress(octets).getHostAddress(),
              Long.toString(value),
              "0x" + Long.toHexString(value),
              "0" + Long.toOctalString(value),
              "0" + Long.toOctalString(value >> 24) + "." + low,
              (value >> 24) + "." + (low >> 16) + ".0x" + Long.toHexString(low & 0xffff),
              "[::ffff:" + InetAddress.getByAddress(octets).getHostAddress() + "]",
              "[64:ff9b::" + InetAddress.getByAddress(octets).getHostAddress() + "]",
              "[2002:%x:%x::1]".formatted(value >> 16, value & 0xffff))) {
        assertThat(STRICT.check("http://" + host + "/") instanceof Refused)
            .as(host)
            .isEqualTo(refused);
      }
    }
  }

  @Test
  void neverThrowsOnGarbage() {
    Random random = new Random(7);
    String alphabet = "htps:/[]0123456789.xXaf%@\\?#-_ \u0000é。１\uD800";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder url = new StringBuilder(random.nextBoolean() ? "http://" : "");
      for (int length = random.nextInt(30); length > 0; length--) {
        url.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(STRICT.check(url.toString())).isNotNull();
    }
  }

  @Test
  void namesAnUnreadableNetwork() {
    assertThatThrownBy(() -> TargetGuard.allowing(List.of("10.0.0.0/33")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TargetGuard.allowing(List.of("intranet")))
        .hasMessageContaining("intranet");
  }
}
