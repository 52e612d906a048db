package io.impresario.job.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.JsonText;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.events.spec.Viewport;
import io.impresario.testing.fuzz.Variations;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InputHashTest {
  private static final String PARAMS = "{\"a\":1.0,\"b\":[true,null,\"x\"],\"c\":{\"d\":{}}}";
  private static final JobSpec FULL =
      new JobSpec(
          900,
          60,
          new BrowserOptions(false, "https://example.com/", true, new Viewport(800, 600)),
          new ProxyLocation("US", "CA", "oakland", "94601", "AS1"),
          true,
          new CallbackTarget("https://example.com/hook", "v1.k1.AAAA"),
          true);

  /** Whatever components a spec has: none can be forgotten in the hash. */
  @Test
  void everyComponentOfTheSpecChangesItButTheSealedSecret() {
    byte[] hash = hash("w", PARAMS, FULL);
    Variations.of(FULL)
        .forEach(
            (path, other) -> {
              byte[] changed = hash("w", PARAMS, other);
              if (path.equals("callback.secretSealed")) {
                assertThat(changed).as(path).isEqualTo(hash);
              } else {
                assertThat(changed).as(path).isNotEqualTo(hash);
              }
            });
  }

  @Test
  void workflowAndParamsChangeIt() {
    byte[] hash = hash("w", PARAMS, FULL);
    assertThat(hash("v", PARAMS, FULL)).isNotEqualTo(hash);
    assertThat(hash("w", PARAMS.replace("1.0", "1.00"), FULL)).isNotEqualTo(hash);
    assertThat(hash("w", PARAMS.replace("null", "false"), FULL)).isNotEqualTo(hash);
    assertThat(hash("w", "{\"a\":9007199254740993}", FULL))
        .isNotEqualTo(hash("w", "{\"a\":9007199254740992}", FULL));
  }

  @Test
  void spaceAndTheOrderOfKeysDoNot() {
    assertThat(hash("w", "{ \"c\":{\"d\":{}}, \"b\":[true, null, \"x\"],\"a\":1.0 }", FULL))
        .isEqualTo(hash("w", PARAMS, FULL));
  }

  private static byte[] hash(String workflow, String params, JobSpec spec) {
    UUID id = UUID.randomUUID();
    return InputHash.of(
        new JobRequested(
            id,
            id,
            workflow,
            new JsonText(params),
            spec,
            JobSource.API,
            null,
            null,
            "nonce",
            Instant.now()));
  }
}
