package io.impresario.rpc.fields;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.events.spec.Viewport;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcException;
import io.impresario.targets.TargetGuard;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedFieldsTest {
  private static final TargetGuard GUARD = TargetGuard.allowing(List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"country":"DE"}                             | DE, null, null, null, null
          {"country":"us","state":"ca"}                | US, CA, null, null, null
          {"country":"FR","city":"saint-denis-93"}     | FR, null, saint-denis-93, null, null
          {"country":"US","state":"NY","city":"buffalo"} | US, NY, buffalo, null, null
          {"country":"US","zip":"02139"}               | US, null, null, 02139, null
          {"country":"GB","asn":"AS5089"}              | GB, null, null, null, AS5089
          {"country":"US","zip":"02139","asn":"AS1"}   | US, null, null, 02139, AS1
          """)
  void takesTheLocationsOfTheContract(String json, String expected) {
    Input input = input("{\"residential_proxy\":" + json + "}");
    ProxyLocation proxy = requireNonNull(ResidentialProxyRules.read(input, "residential_proxy"));
    input.check();

    assertThat(
            proxy.country()
                + ", "
                + proxy.state()
                + ", "
                + proxy.city()
                + ", "
                + proxy.zip()
                + ", "
                + proxy.asn())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                         | country: Required
          {"country":""}                             | country: String must contain at least 1 character(s)
          {"country":"USA"}                          | country: Must be a two-letter ISO 3166-1 country code
          {"country":"XX"}                           | country: Must be a two-letter ISO 3166-1 country code
          {"country":7}                              | country: Expected string, received number
          {"country":"US","state":"ZZ"}              | state: Must be a two-letter US state
          {"country":"DE","state":"CA"}              | state: Is only possible with country US
          {"country":"DE","city":"Köln"}             | city: Must be a slug of a-z, 0-9 and -
          {"country":"US","zip":"123"}               | zip: Must be five digits
          {"country":"DE","zip":"10115"}             | zip: Is only possible with country US
          {"country":"US","zip":"10001","city":"x"}  | zip: Cannot be combined with city or state
          {"country":"US","zip":"10001","state":"NY"} | zip: Cannot be combined with city or state
          {"country":"US","asn":"7018"}              | asn: Must be AS followed by digits
          {"country":"US","asn":"AS1","city":"x"}    | asn: Cannot be combined with city or state
          {"country":"DE","state":"ZZ","zip":"1","asn":"x"} | state: Must be a two-letter US state; zip: Must be five digits; asn: Must be AS followed by digits; state: Is only possible with country US; zip: Is only possible with country US; zip: Cannot be combined with city or state; asn: Cannot be combined with city or state
          """)
  void makesAnIssueOfEachBrokenRule(String json, String expected) {
    List<String> issues =
        issues(
            "{\"residential_proxy\":" + json + "}",
            input -> ResidentialProxyRules.read(input, "residential_proxy"));

    assertThat(issues)
        .containsExactly(expected.replaceAll("(^|; )", "$1residential_proxy.").split("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"callback_url":"https://example.com/x"}  | callback_secret: Is required together with callback_url
          {"callback_secret":"s"}                   | callback_url: Is required together with callback_secret
          {"callback_url":"ftp://example.com","callback_secret":"s"} | callback_url: callback_url must be an http or https URL
          {"callback_url":"http://[::ffff:10.0.0.1]/","callback_secret":"s"} | callback_url: callback_url leads to a private address
          {"callback_url":"https://example.com","callback_secret":""} | callback_secret: String must contain at least 1 character(s)
          {"callback_url":5,"callback_secret":"s"}  | callback_url: Expected string, received number
          {"callback_url":"https://example.com","callback_secret":"whsec_%"} | callback_secret: A whsec_ secret must hold base64 after its prefix
          {"callback_url":"https://example.com/a b","callback_secret":"s"} | callback_url: callback_url has a space in it; write it as %20
          """)
  void wantsACallbackWholeAndReachable(String json, String expected) {
    assertThat(issues(json, input -> CallbackFields.read(input, GUARD))).containsExactly(expected);
  }

  @Test
  void keepsTheSecretOfACallbackUnprinted() {
    Input input = input("{\"callback_url\":\"https://example.com\",\"callback_secret\":\"s3\"}");
    CallbackFields fields = CallbackFields.read(input, GUARD);
    input.check();

    assertThat(fields.url()).isEqualTo("https://example.com");
    assertThat(fields.toString()).doesNotContain("s3");
  }

  @Test
  void readsWhatAJobSaysOfItsBrowser() {
    Input input =
        input(
            "{\"headless\":false,\"start_url\":\"https://example.com/a?b=c\",\"gpu\":true,"
                + "\"viewport\":{\"width\":800,\"height\":600}}");
    BrowserOptions fields = BrowserFields.read(input, BrowserOptions.NONE);
    input.check();

    assertThat(fields)
        .isEqualTo(
            new BrowserOptions(false, "https://example.com/a?b=c", true, new Viewport(800, 600)));
    assertThat(
            issues(
                "{\"start_url\":\"javascript:1\",\"viewport\":{\"width\":0}}",
                one -> BrowserFields.read(one, BrowserOptions.NONE)))
        .containsExactly(
            "start_url: Must be an http or https URL",
            "viewport.width: Number must be greater than or equal to 1",
            "viewport.height: Required");
  }

  @Test
  void takesNullsAsWhatTheWorkflowDeclares() {
    Input input = input("{\"headless\":null,\"start_url\":null,\"gpu\":null,\"viewport\":null}");
    BrowserOptions stored = new BrowserOptions(false, "https://a.example", true, null);
    BrowserOptions fields = BrowserFields.read(input, stored);
    input.check();

    assertThat(fields).isEqualTo(BrowserOptions.NONE);
  }

  @Test
  void leavesWhatACallDoesNotNameAsItWas() {
    JobSpec stored =
        new JobSpec(
            77,
            5,
            new BrowserOptions(false, "https://a.example", true, new Viewport(1, 2)),
            new ProxyLocation("DE", null, null, null, null),
            false,
            new CallbackTarget("https://example.com", "sealed"),
            true);
    assertThat(over("{}", SpecFields.Call.UPDATE_SCHEDULE, stored)).isEqualTo(stored);
    assertThat(
            over(
                "{\"timeout_seconds\":78,\"viewport\":null,\"residential_proxy\":null,"
                    + "\"disable_default_proxy\":true,\"callback_secret\":\"s\","
                    + "\"skip_callbacks\":false}",
                SpecFields.Call.UPDATE_SCHEDULE,
                stored))
        .isEqualTo(
            new JobSpec(
                78,
                5,
                new BrowserOptions(false, "https://a.example", true, null),
                null,
                true,
                new CallbackTarget("https://example.com", "sealed:s"),
                false));
    assertThat(
            over(
                    "{\"callback_url\":null,\"callback_secret\":null}",
                    SpecFields.Call.UPDATE_SCHEDULE,
                    stored)
                .callback())
        .isNull();
  }

  @Test
  void readsAllThatAJobMayAskFor() {
    assertThat(
            over(
                "{\"timeout_seconds\":60,\"queue_ttl_seconds\":9,\"headless\":false,"
                    + "\"disable_default_proxy\":true,\"callback_url\":\"https://example.com\","
                    + "\"callback_secret\":\"s\",\"skip_callbacks\":true}",
                SpecFields.Call.CREATE_JOB,
                JobSpec.ofTimeout(1800)))
        .isEqualTo(
            new JobSpec(
                60,
                9,
                new BrowserOptions(false, null, null, null),
                null,
                true,
                new CallbackTarget("https://example.com", "sealed:s"),
                true));
    assertThat(over("{}", SpecFields.Call.CREATE_JOB, JobSpec.ofTimeout(1800)))
        .isEqualTo(JobSpec.ofTimeout(1800));
  }

  private static JobSpec over(String json, SpecFields.Call call, JobSpec before) {
    Input input = input(json);
    SpecFields fields = SpecFields.read(input, GUARD, call);
    input.check();
    JobSpec spec = fields.over(before, secret -> "sealed:" + secret);
    input.check();
    return spec;
  }

  private static Input input(String json) {
    return Input.ofPlainBody(json.getBytes(UTF_8));
  }

  private static List<String> issues(String json, Consumer<Input> read) {
    Input input = input(json);
    read.accept(input);
    RpcException refused = catchThrowableOfType(RpcException.class, input::check);
    assertThat(refused).isNotNull();
    Map<String, Object> data = refused.data();
    List<?> issues = (List<?>) requireNonNull(data.get("issues"));
    return issues.stream()
        .map(Issue.class::cast)
        .map(
            issue ->
                String.join(".", issue.path().stream().map(String::valueOf).toList())
                    + ": "
                    + issue.message())
        .toList();
  }
}
