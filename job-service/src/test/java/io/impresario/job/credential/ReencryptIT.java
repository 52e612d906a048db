package io.impresario.job.credential;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.job.Api;
import io.impresario.job.JobTable;
import io.impresario.sealing.KeyRing;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that has just been given a second key, in front of the one that sealed everything. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data"),
      // The counts are the command's alone.
      @ResourceArg(name = "impresario.secrets.first-round", value = "1h"),
      @ResourceArg(
          name = "impresario.secrets.keys",
          value = ReencryptIT.NEWER + "," + TestServers.SECRET_KEYS)
    })
@SuppressWarnings("NullAway.Init")
class ReencryptIT {
  static final String NEWER = "newer:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
  private static final KeyRing OLD = KeyRing.parse(TestServers.SECRET_KEYS);
  private static final KeyRing WITHOUT_OLD = KeyRing.parse(NEWER);

  @TestHTTPResource(value = "secrets/reencrypt", management = true)
  URL command;

  private final Api api = Api.newTenant();

  /** Other classes do not know the newer key. */
  @AfterEach
  void forget() {
    JobTable.update("DELETE FROM jobs WHERE tenant_id = ?", api.tenant());
    JobTable.update("DELETE FROM credential WHERE key_id = 'newer'");
    JobTable.update("DELETE FROM jobs WHERE callback_secret_sealed LIKE 'v1.newer.%'");
  }

  @Test
  void movesEverythingToTheNewestKeySoThatTheOldOneCanGo() {
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      jobs.add(oldJob(i));
      oldCredential("c" + i);
    }
    UUID damaged = oldJob(450);
    JobTable.update(
        "UPDATE jobs SET callback_secret_sealed = 'v1.gone.AAAA' WHERE id = ?", damaged);

    JsonPath answer = reencrypt();
    assertThat(answer.getString("key_id")).isEqualTo("newer");
    assertThat(answer.getInt("credentials.reencrypted")).isGreaterThanOrEqualTo(450);
    assertThat(answer.getInt("callback_secrets.reencrypted")).isGreaterThanOrEqualTo(450);
    assertThat(answer.getInt("callback_secrets.failed")).isEqualTo(1);

    for (int i = 0; i < jobs.size(); i++) {
      assertThat(WITHOUT_OLD.open(sealedOf(jobs.get(i)), "job:" + jobs.get(i)))
          .isEqualTo("secret-" + i);
    }
    for (int i = 0; i < 450; i += 50) {
      JsonNode got = api.ok("credentials/get", "name", "c" + i);
      assertThat(got.path("value").asText()).isEqualTo("value-c" + i);
    }
    JsonPath again = reencrypt();
    assertThat(again.getInt("credentials.reencrypted")).isZero();
    assertThat(again.getInt("callback_secrets.reencrypted")).isZero();
  }

  /** What an interruption left is moved by the next call, and new rows need none. */
  @Test
  void goesOnWhereItWasInterrupted() {
    UUID moved = oldJob(1);
    reencrypt();
    String after = sealedOf(moved);
    UUID left = oldJob(2);
    api.ok("credentials/create", "name", "fresh", "value", "new");
    JsonPath answer = reencrypt();
    assertThat(answer.getInt("callback_secrets.reencrypted")).isEqualTo(1);
    assertThat(answer.getInt("credentials.reencrypted")).isZero();
    assertThat(sealedOf(moved)).isEqualTo(after);
    assertThat(WITHOUT_OLD.open(sealedOf(left), "job:" + left)).isEqualTo("secret-2");
  }

  private JsonPath reencrypt() {
    return given().post(command).then().statusCode(200).extract().jsonPath();
  }

  private static String sealedOf(UUID job) {
    return JobTable.column("SELECT callback_secret_sealed FROM jobs WHERE id = ?", job).get(0);
  }

  /** Every third has ended: its secret still tells whether a repeated nonce means the same. */
  private UUID oldJob(int number) {
    UUID id = UUID.randomUUID();
    boolean ended = number % 3 == 0;
    JobTable.update(
        """
        INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
          source, params, spec, credential_names, callback_secret_sealed, status, attempt, owner,
          lease_expires_at, claimed_at, started_at, completed_at, result)
        VALUES (?, ?, 'w', gen_random_uuid(), gen_random_uuid(), 1, 'api', '{}', '%s', '{}', ?, ?, 1, %s, now(), now(), %s)
        """
            .formatted(
                JobTable.SPEC.replace("}", ",\"callback\":{\"url\":\"https://example.com\"}}"),
                ended ? "NULL, NULL" : "gen_random_uuid(), now() + interval '1 hour'",
                ended ? "now(), 'null'" : "NULL, NULL"),
        id,
        api.tenant(),
        OLD.seal("secret-" + number, "job:" + id),
        ended ? "completed" : "running");
    return id;
  }

  private void oldCredential(String name) {
    JobTable.update(
        "INSERT INTO credential (id, tenant_id, name, sealed) VALUES (gen_random_uuid(), ?, ?, ?)",
        api.tenant(),
        name,
        OLD.seal("value-" + name, "credential:" + api.tenant() + ":" + name));
  }
}
