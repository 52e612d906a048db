package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.documentation.Documentation;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The documentation on the public port: for everybody, by GET, from here alone. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class DocumentationIT {
  @Inject PublicPort port;
  @Inject Documentation documentation;

  @Test
  void servesItsFilesWithoutAKeyAndLetsNoOtherHostIn() throws Exception {
    for (String path : documentation.paths()) {
      HttpResponse<String> answer = send("GET", path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-request-id")).isPresent();
      assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
          .startsWith("default-src 'self'; img-src 'self' data:;")
          .doesNotContain("unsafe", "http");
      assertThat(answer.body()).isNotEmpty();
    }
    assertThat(send("GET", "/docs").headers().firstValue("content-type"))
        .contains("text/html; charset=utf-8");
  }

  @Test
  void refusesAnotherMethodAndAnotherFileInTheEnvelope() throws Exception {
    HttpResponse<String> posted = send("POST", "/docs");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("allow")).contains("GET");
    HttpResponse<String> missing = send("GET", "/docs/../openapi.yaml");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("\"code\":\"NOT_FOUND\"");
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
