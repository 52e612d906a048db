package io.impresario.gateway.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.Recorder;
import io.impresario.rpc.http.IdentityTokens;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What arrives at a service whose address is unusual. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class ServiceAddressesIT {
  private static final int PATIENCE_MS = 15_000;

  /** Of a TLS record with a handshake message. */
  private static final int HANDSHAKE = 22;

  @Inject Vertx vertx;
  @Inject Pool pool;
  @Inject GatewayConfig config;
  @Inject OwnProcedures own;
  @Inject IdentityTokens identities;
  @Inject Recorder recorder;

  @Test
  void anIpv6AddressIsInBracketsInTheHostHeader() throws IOException {
    try (ServerSocket service = listen("::1");
        Replica gateway = before("http://[::1]:" + service.getLocalPort())) {
      CompletableFuture<HttpResponse<String>> answer = call(gateway);
      try (Socket connection = accept(service)) {
        List<String> head =
            new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1))
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.toLowerCase(Locale.ROOT))
                .toList();
        assertThat(head).contains("host: [::1]:" + service.getLocalPort());
        connection
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
                    .getBytes(ISO_8859_1));
        assertThat(answer.join().statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void aSecureAddressIsCalledByTlsOnly() throws IOException {
    try (ServerSocket service = listen("127.0.0.1");
        Replica gateway = before("https://127.0.0.1:" + service.getLocalPort())) {
      CompletableFuture<HttpResponse<String>> answer = call(gateway);
      try (Socket connection = accept(service)) {
        assertThat(connection.getInputStream().read()).isEqualTo(HANDSHAKE);
      }
      service.close();
      assertThat(answer.join().statusCode()).isEqualTo(503);
    }
  }

  private Replica before(String service) {
    Replica.Config elsewhere =
        new Replica.Config(config, List.of(URI.create(service)), config.limits());
    return Replica.open(vertx, pool, elsewhere, own, identities, recorder);
  }

  private static CompletableFuture<HttpResponse<String>> call(Replica gateway) {
    Http http = new Http(gateway.port());
    return http.sendLater(http.post("/v1/jobs/list", OwningServices.API_KEY, "{}"));
  }

  private static ServerSocket listen(String address) throws IOException {
    ServerSocket socket = new ServerSocket(0, 16, InetAddress.getByName(address));
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static Socket accept(ServerSocket service) throws IOException {
    Socket connection = service.accept();
    connection.setSoTimeout(PATIENCE_MS);
    return connection;
  }
}
