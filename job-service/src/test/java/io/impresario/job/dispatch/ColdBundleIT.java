package io.impresario.job.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestIdentity;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** A bundle that is not here yet takes its time, and nobody else's. */
@QuarkusTest
@TestProfile(ColdBundleIT.ShortLaunch.class)
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class ColdBundleIT {
  /** More than there are worker threads. */
  private static final int UPLOADS = 250;

  private final JobApi api = new JobApi();

  @Test
  void mayTakeLongerThanALaunch() throws SQLException {
    try (Connection other = TestServers.get().connect("job");
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE archive_chunk IN ACCESS EXCLUSIVE MODE");
      UUID job = api.createWorkflow("echo");
      Eventually.isTrue(
          "the launch limit and two looks of the watchdog have passed",
          () ->
              JobTable.number(
                      "SELECT count(*) FROM jobs WHERE id = ?"
                          + " AND claimed_at < clock_timestamp() - interval '5 seconds'",
                      job)
                  == 1);
      other.rollback();
      assertThat(api.ended(job).getString("json.status")).isEqualTo("completed");
    }
  }

  @Test
  void doesNotWaitForSlowUploads() throws IOException {
    List<Socket> uploads = new ArrayList<>();
    try {
      for (int i = 0; i < UPLOADS; i++) {
        uploads.add(upload());
      }
      UUID job = api.createWorkflow("echo");
      assertThat(api.ended(job).getString("json.status")).isEqualTo("completed");
    } finally {
      for (Socket upload : uploads) {
        upload.close();
      }
    }
  }

  /** One that stops in the middle of its source. */
  private Socket upload() throws IOException {
    URI url = URI.create(ConfigProvider.getConfig().getValue("test.url", String.class));
    Socket socket = new Socket(url.getHost(), url.getPort());
    String head =
        String.join(
            "\r\n",
            "POST /v1/deployments/create HTTP/1.1",
            "host: localhost",
            TestIdentity.HEADER + ": " + TestIdentity.of(api.tenant()),
            "content-type: application/json",
            "content-length: 100000",
            "",
            "{\"json\":{\"source\":\"AAAA");
    socket.getOutputStream().write(head.getBytes(UTF_8));
    return socket;
  }

  /** A launch that takes as long as a bundle may is overdue soon. */
  public static final class ShortLaunch implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("impresario.dispatch.launch-limit", "2s");
    }
  }
}
