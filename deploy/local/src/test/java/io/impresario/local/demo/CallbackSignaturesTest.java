package io.impresario.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallbackSignaturesTest {
  private static final String SECRET = "key";
  private static final byte[] BODY =
      "{\"event\":\"job.completed\"}".getBytes(StandardCharsets.UTF_8);

  // Made with: printf '%s' BODY | openssl dgst -sha256 -hmac key, and -binary | base64 for the
  // other
  private static final Map<String, String> HEADERS =
      Map.of(
          "x-webhook-signature",
          "d301389cf9c509bca218b9ea11e18b2efffcf5b3ff057d2a4fad5fa006a8de10",
          "webhook-id",
          "msg_1",
          "webhook-timestamp",
          "1700000000",
          "webhook-signature",
          "v1,OthHMNafzfK6cgt4hL4DNJOSQ7pef3vKdpi1qhY1DfE=");

  @Test
  void acceptsWhatAnotherProgramSigned() {
    DemoSite.Callback callback = new DemoSite.Callback(HEADERS, BODY);
    assertThat(CallbackSignatures.plain(callback, SECRET)).isTrue();
    assertThat(CallbackSignatures.standard(callback, SECRET)).isTrue();
  }

  @Test
  void refusesAnotherBodySecretOrId() {
    DemoSite.Callback callback = new DemoSite.Callback(HEADERS, BODY);
    assertThat(CallbackSignatures.plain(callback, "other")).isFalse();
    assertThat(CallbackSignatures.standard(callback, "other")).isFalse();
    DemoSite.Callback forged = new DemoSite.Callback(HEADERS, new byte[] {1});
    assertThat(CallbackSignatures.plain(forged, SECRET)).isFalse();
    assertThat(CallbackSignatures.standard(forged, SECRET)).isFalse();
    Map<String, String> renamed = new HashMap<>(HEADERS);
    renamed.put("webhook-id", "msg_2");
    assertThat(CallbackSignatures.standard(new DemoSite.Callback(renamed, BODY), SECRET)).isFalse();
    assertThat(CallbackSignatures.plain(new DemoSite.Callback(Map.of(), BODY), SECRET)).isFalse();
  }
}
