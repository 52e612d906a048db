package io.impresario.job.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.Api;
import io.impresario.job.JobTable;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Resealing;
import io.impresario.sealing.Secret;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@SuppressWarnings("NullAway.Init")
class CredentialIT {
  private static final String OLDER_AND_NEWER =
      "newer:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=," + TestServers.SECRET_KEYS;

  @InjectServers TestServers servers;
  @Inject CredentialVault vault;
  @Inject Pool pool;

  private final Api api = Api.newTenant();

  @Test
  void createsUnderATrimmedLowerCaseNameAndGivesTheValueBack() {
    JsonNode created = api.ok("credentials/create", "name", "  GitHub Token ", "value", "geheim");
    assertThat(created.path("success").asBoolean()).isTrue();
    assertThat(created.path("message").asText()).isNotEmpty();

    JsonNode got = api.ok("credentials/get", "name", "github TOKEN");
    assertThat(got.path("id")).isEqualTo(created.path("credential_id"));
    assertThat(got.path("value").asText()).isEqualTo("geheim");
    JsonNode listed = api.ok("credentials/list").path("credentials");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("name").asText()).isEqualTo("github token");
    assertThat(listed.get(0).fieldNames())
        .toIterable()
        .containsExactly("credential_id", "name", "created_at", "updated_at");
  }

  @Test
  void refusesASecondOfTheSameName() {
    api.ok("credentials/create", "name", "token", "value", "1");
    JsonNode error = api.error(409, "credentials/create", "name", "TOKEN", "value", "2");
    assertThat(error.path("data").path("reason").asText()).isEqualTo("duplicate_name");
    assertThat(api.ok("credentials/get", "name", "token").path("value").asText()).isEqualTo("1");
  }

  @Test
  void upsertSaysWhetherItOverwrote() {
    JsonNode first = api.ok("credentials/upsert", "name", "token", "value", "1");
    JsonNode second = api.ok("credentials/upsert", "name", "Token", "value", "2");
    assertThat(first.path("overwritten").asBoolean(true)).isFalse();
    assertThat(second.path("overwritten").asBoolean()).isTrue();
    assertThat(second.path("credential_id")).isEqualTo(first.path("credential_id"));
    assertThat(api.ok("credentials/get", "name", "token").path("value").asText()).isEqualTo("2");
  }

  @Test
  void updatesNameAndValueEachAloneAndTogether() {
    String id =
        api.ok("credentials/create", "name", "a", "value", "1").path("credential_id").asText();
    api.ok("credentials/update", "id", id, "name", "B");
    assertThat(api.ok("credentials/get", "name", "b").path("value").asText()).isEqualTo("1");
    api.ok("credentials/update", "id", id, "value", "2");
    assertThat(api.ok("credentials/get", "name", "b").path("value").asText()).isEqualTo("2");
    api.ok("credentials/update", "id", id, "name", "c", "value", "3");
    assertThat(api.ok("credentials/get", "name", "c").path("value").asText()).isEqualTo("3");
    api.error(404, "credentials/get", "name", "b");

    api.ok("credentials/create", "name", "taken", "value", "x");
    JsonNode error = api.error(409, "credentials/update", "id", id, "name", "Taken");
    assertThat(error.path("data").path("reason").asText()).isEqualTo("duplicate_name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   "})
  void refusesAnEmptyName(String name) {
    JsonNode error = api.error(400, "credentials/create", "name", name, "value", "v");
    assertThat(error.path("data").path("issues").get(0).path("path").get(0).asText())
        .isEqualTo("name");
  }

  @Test
  void namesEveryBrokenRule() {
    JsonNode error = api.error(400, "credentials/create", "name", 5, "value", "v".repeat(1025));
    assertThat(error.path("message").asText()).isEqualTo("Input validation failed");
    assertThat(error.path("data").path("issues")).hasSize(2);
    assertThat(api.error(400, "credentials/create").path("data").path("issues")).hasSize(2);
    api.error(400, "credentials/delete", "id", "not-a-uuid");
  }

  @Test
  void keepsTenantsApart() {
    Api other = Api.newTenant();
    String id =
        api.ok("credentials/create", "name", "token", "value", "mine")
            .path("credential_id")
            .asText();
    other.ok("credentials/create", "name", "token", "value", "theirs");

    assertThat(other.ok("credentials/list").path("credentials")).hasSize(1);
    assertThat(other.ok("credentials/get", "name", "token").path("value").asText())
        .isEqualTo("theirs");
    JsonNode foreign = other.error(404, "credentials/update", "id", id, "value", "stolen");
    assertThat(foreign)
        .isEqualTo(other.error(404, "credentials/update", "id", UUID.randomUUID(), "value", "x"));
    other.error(404, "credentials/delete", "id", id);
    assertThat(api.ok("credentials/get", "name", "token").path("value").asText()).isEqualTo("mine");
    assertThat(reveal(other, List.of("token")).values()).hasToString("{token=[redacted]}");
    assertThat(reveal(other, List.of("token")).values())
        .containsEntry("token", new Secret("theirs"));
  }

  @Test
  void revealsWhatIsThereAndNamesWhatIsMissing() {
    api.ok("credentials/create", "name", "user", "value", "u");
    CredentialVault.Revealed revealed = reveal(api, List.of("USER ", "password"));
    assertThat(revealed.values()).containsOnlyKeys("USER ");
    assertThat(revealed.missing()).containsExactly("password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "running"})
  void aCredentialThatAnUnfinishedJobDeclaresStays(String status) throws SQLException {
    String id =
        api.ok("credentials/create", "name", "token", "value", "1").path("credential_id").asText();
    UUID job = insertJob(api.tenant(), status, "token");
    insertJob(Api.newTenant().tenant(), status, "token");

    JsonNode error = api.error(409, "credentials/delete", "id", id);
    assertThat(error.path("data").path("reason").asText()).isEqualTo("credential_in_use");
    JsonNode renamed = api.error(409, "credentials/update", "id", id, "name", "other");
    assertThat(renamed.path("data").path("reason").asText()).isEqualTo("credential_in_use");
    api.ok("credentials/update", "id", id, "name", "Token", "value", "2");
    assertThat(api.ok("credentials/get", "name", "token").path("value").asText()).isEqualTo("2");

    execute("DELETE FROM jobs WHERE id = '" + job + "'");
    assertThat(api.ok("credentials/delete", "id", id).path("success").asBoolean()).isTrue();
    api.error(404, "credentials/delete", "id", id);
  }

  @Test
  void theValueIsSealedAtRestAndBoundToItsTenantAndName() throws SQLException {
    Api other = Api.newTenant();
    api.ok("credentials/create", "name", "token", "value", "plain-text-marker");
    other.ok("credentials/create", "name", "token", "value", "x");
    assertThat(sealed(api)).doesNotContain("plain-text-marker").startsWith("v1.test.");

    execute(
        "UPDATE credential SET sealed = '"
            + sealed(api)
            + "' WHERE tenant_id = '"
            + other.tenant()
            + "'");
    other.error(500, "credentials/get", "name", "token");
  }

  @Test
  void reencryptsUnderTheNewestKey() throws SQLException {
    api.ok("credentials/create", "name", "token", "value", "kept");
    Resealing resealing =
        new Resealing(pool, KeyRing.parse(OLDER_AND_NEWER), List.of(SealedCredentials.values()));
    assertThat(reseal(resealing).reencrypted()).isPositive();
    assertThat(sealed(api)).startsWith("v1.newer.");
    assertThat(
            KeyRing.parse(OLDER_AND_NEWER)
                .open(sealed(api), CredentialStore.context(api.tenant(), "token")))
        .isEqualTo("kept");
    assertThat(reseal(resealing).reencrypted()).isZero();
    execute("DELETE FROM credential WHERE key_id = 'newer'");
  }

  private static Resealing.Count reseal(Resealing resealing) {
    return Objects.requireNonNull(
        resealing.run().await().atMost(Eventually.LIMIT).get("credentials"));
  }

  private CredentialVault.Revealed reveal(Api tenant, List<String> names) {
    return vault.reveal(tenant.tenant(), names).await().atMost(Eventually.LIMIT);
  }

  /** A queued one stays so: its tenant may run nothing. */
  private UUID insertJob(UUID tenant, String status, String credential) throws SQLException {
    UUID id = UUID.randomUUID();
    boolean running = status.equals("running");
    execute("INSERT INTO job_limits (tenant_id, max_running) VALUES ('%s', 0)".formatted(tenant));
    execute(
        """
        INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
          source, params, spec, credential_names, status, attempt, owner, lease_expires_at, claimed_at, started_at)
        VALUES ('%s', '%s', 'w', gen_random_uuid(), gen_random_uuid(), 1, 'api', '{}', '%s',
          '{%s}', '%s', %s)
        """
            .formatted(
                id,
                tenant,
                JobTable.SPEC,
                credential,
                status,
                running
                    ? "1, gen_random_uuid(), now() + interval '1 hour', now(), now()"
                    : "0, NULL, NULL, NULL, NULL"));
    return id;
  }

  private String sealed(Api tenant) throws SQLException {
    try (Connection connection = servers.connect("job");
        PreparedStatement query =
            connection.prepareStatement("SELECT sealed FROM credential WHERE tenant_id = ?")) {
      query.setObject(1, tenant.tenant());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  private void execute(String statement) throws SQLException {
    try (Connection connection = servers.connect("job");
        PreparedStatement update = connection.prepareStatement(statement)) {
      update.executeUpdate();
    }
  }
}
