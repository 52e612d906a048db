package io.impresario.events.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JobSpecTest {
  static final JobSpec FULL =
      new JobSpec(
          900,
          60,
          new BrowserOptions(false, "https://example.com/", true, new Viewport(800, 600)),
          new ProxyLocation("US", "CA", "oakland", "94601", "AS1"),
          true,
          new CallbackTarget("https://example.com/hook", "v1.k1.AAAA"),
          true);

  @Test
  void isReadAsItWasWritten() {
    for (JobSpec spec : new JobSpec[] {FULL, JobSpec.ofTimeout(1)}) {
      assertThat(SpecDocument.read(SpecDocument.write(spec), spec.secretSealed())).isEqualTo(spec);
    }
  }

  /**
   * Rows keep this text, and hashes of nonces are made from it: it changes with a migration only.
   */
  @Test
  void isWrittenWithSortedKeysAndWithoutWhatItDoesNotAskFor() {
    assertThat(SpecDocument.write(JobSpec.ofTimeout(900)))
        .isEqualTo(
            """
            {"browser":{},"disable_default_proxy":false,"skip_callbacks":false,"timeout_seconds":900}\
            """);
    assertThat(SpecDocument.write(FULL))
        .isEqualTo(
            """
            {"browser":{"gpu":true,"headless":false,"start_url":"https://example.com/",\
            "viewport":{"height":600,"width":800}},"callback":{"url":"https://example.com/hook"},\
            "disable_default_proxy":true,"queue_ttl_seconds":60,\
            "residential_proxy":{"asn":"AS1","city":"oakland","country":"US","state":"CA","zip":"94601"},\
            "skip_callbacks":true,"timeout_seconds":900}\
            """);
  }

  @Test
  void everyOptionOfABrowserIsTakenFromTheOtherWhereItIsMissing() {
    BrowserOptions other = new BrowserOptions(true, "https://b.example/", false, null);
    assertThat(BrowserOptions.NONE.orElse(FULL.browser())).isEqualTo(FULL.browser());
    assertThat(FULL.browser().orElse(other)).isEqualTo(FULL.browser());
  }

  @Test
  void saysWhyNoJobCanBeMadeOfIt() {
    assertThat(FULL.problem()).isEmpty();
    assertThat(JobSpec.ofTimeout(0).problem())
        .contains("timeout_seconds is not between 1 and 3600");
    assertThat(JobSpec.ofTimeout(3601).problem()).isPresent();
    assertThat(FULL.withSecretSealed(null).problem())
        .contains("a callback needs a url and a secret");
    JobSpec impatient = new JobSpec(9, 0, BrowserOptions.NONE, null, false, null, false);
    assertThat(impatient.problem()).contains("queue_ttl_seconds is not between 1 and 2592000");
  }
}
