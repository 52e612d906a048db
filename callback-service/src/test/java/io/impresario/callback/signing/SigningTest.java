package io.impresario.callback.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.sealing.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigningTest {

  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
  private static final Instant AT = Instant.ofEpochSecond(1614265330, 900_000_000);

  /** The published vector of the Standard Webhooks reference libraries. */
  @Test
  void agreesWithTheStandardWebhooksVector() {
    Secret secret = new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    Map<String, String> headers =
        Signing.headers(SigningKeys.of(secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY);

    assertThat(headers)
        .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        .containsEntry("webhook-timestamp", "1614265330")
        .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  /** RFC 4231, test case 2. */
  @Test
  void signsTheBodyAloneInHexadecimal() {
    Map<String, String> headers =
        Signing.headers(
            SigningKeys.of(new Secret("Jefe")),
            "id",
            AT,
            "what do ya want for nothing?".getBytes(UTF_8));

    assertThat(headers)
        .containsEntry(
            "x-webhook-signature",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        .doesNotContainKey("x-webhook-signature-previous");
  }

  @Test
  void signsWithEverySecretThatHoldsDuringARotation() {
    Secret older = new Secret("older-secret");
    Secret old = new Secret("old-secret");
    Secret fresh = new Secret("new-secret");
    Map<String, String> before = Signing.headers(SigningKeys.of(old), "id", AT, BODY);
    Map<String, String> after = Signing.headers(SigningKeys.of(fresh), "id", AT, BODY);

    Map<String, String> first = Signing.headers(SigningKeys.of(older), "id", AT, BODY);

    Map<String, String> all =
        Signing.headers(new SigningKeys(fresh, List.of(old, older)), "id", AT, BODY);

    assertThat(all)
        .containsEntry("x-webhook-signature", after.get("x-webhook-signature"))
        .containsEntry(
            "x-webhook-signature-previous",
            before.get("x-webhook-signature") + " " + first.get("x-webhook-signature"))
        .containsEntry(
            "webhook-signature",
            String.join(
                " ",
                after.get("webhook-signature"),
                before.get("webhook-signature"),
                first.get("webhook-signature")));
  }

  /** A job's own secret is not ours to refuse any more once the job has ended. */
  @Test
  void takesAnUnreadableStandardSecretAsItIs() {
    assertThat(Signing.headers(SigningKeys.of(new Secret("whsec_not base64!")), "id", AT, BODY))
        .containsKey("webhook-signature");
  }
}
