package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The client that users have: {@code @orpc/client} 1.x in Node, fetched when it is not there yet.
 */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class OrpcClientIT {
  private static final File DIRECTORY = new File("src/test/node").getAbsoluteFile();

  @Inject PublicPort port;

  @Test
  void everyErrorArrivesTypedWithItsCode() throws IOException, InterruptedException {
    if (!new File(DIRECTORY, "node_modules/@orpc/client/package.json").exists()) {
      System.out.println("Fetching @orpc/client by npm ci");
      run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    }
    String url = "http://127.0.0.1:" + port.port();
    String readOnly =
        new Http(port.port())
            .call(
                "/api/auth/api-key/create",
                OwningServices.API_KEY,
                "{\"name\":\"reader\",\"scopes\":[\"read\"]}")
            .body()
            .path("key")
            .asText();
    String output = run(List.of("node", "calls.mjs", url, OwningServices.API_KEY, readOnly));
    assertThat(output).contains("13 errors arrived typed");
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(DIRECTORY).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
