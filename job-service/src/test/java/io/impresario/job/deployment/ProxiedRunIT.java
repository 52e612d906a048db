package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Through which proxy, and by which name, the pages of a job leave that was made over HTTP. */
@QuarkusTest
@TestProfile(RealBuilds.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class ProxiedRunIT {
  private static final String VISIT =
      "await ctx.page.goto(input.url); return ctx.page.textContent('h1');";

  private final RealApi client = RealApi.newTenant();

  @BeforeEach
  void deploy() {
    client.deployWorkflow("visit", "", VISIT);
    RecordingProxy.users();
  }

  @Test
  void aLocationIsToldInTheUserName() {
    visit("residential_proxy", Map.of("country", "us", "state", "CA", "city", "san-jose"));
    assertThat(names()).containsOnly("acme-cc-us-st-ca-city-san-jose:residential-password");
    visit("residential_proxy", Map.of("country", "GB", "asn", "AS5089"));
    assertThat(names()).containsOnly("acme-cc-gb-asn-AS5089:residential-password");
  }

  @Test
  void otherJobsLeaveThroughTheDefaultUnlessTheySayNo() {
    visit();
    assertThat(names()).containsOnly("everybody:default-password");
    visit("disable_default_proxy", true);
    assertThat(names()).isEmpty();
  }

  @Test
  void refusesALocationAndNoneAtOnce() {
    JsonNode error =
        client
            .api()
            .error(
                400,
                "jobs/create",
                "workflow",
                "visit",
                "residential_proxy",
                Map.of("country", "US", "zip", "02139", "city", "boston"),
                "disable_default_proxy",
                true);
    assertThat(error.path("data").path("issues").findValuesAsText("message"))
        .contains("Cannot be combined with city or state")
        .contains("Cannot be combined with disable_default_proxy: true");
  }

  private void visit(Object... options) {
    Object[] order = new Object[options.length + 4];
    order[0] = "workflow";
    order[1] = "visit";
    order[2] = "params";
    order[3] = Map.of("url", RecordingProxy.siteUrl());
    System.arraycopy(options, 0, order, 4, options.length);
    JsonNode job = client.ended(client.create(order));
    assertThat(job.path("result").asText()).as(job.toString()).isEqualTo("the site");
  }

  /** The users who asked for the site since the last visit. */
  private static List<String> names() {
    return RecordingProxy.users();
  }
}
