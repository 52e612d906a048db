package io.impresario.gateway.front;

import io.impresario.testing.FaultyTcpProxy;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Puts the tests' own services behind one proxy, so that a test can take them all down. */
public final class OwningServices implements QuarkusTestResourceLifecycleManager {
  static final String ADMIN_KEY = "the operator's key of the tests";
  static final String API_KEY = "imp_the_first_key_of_the_tests";

  private static final AtomicReference<FaultyTcpProxy> PROXY = new AtomicReference<>();

  static FaultyTcpProxy proxy() {
    return Objects.requireNonNull(PROXY.get());
  }

  @Override
  public Map<String, String> start() {
    try {
      int port = freePort();
      FaultyTcpProxy proxy = FaultyTcpProxy.before(port);
      PROXY.set(proxy);
      String url = "http://127.0.0.1:" + proxy.port();
      Map<String, String> settings = new HashMap<>();
      settings.put("quarkus.http.test-port", Integer.toString(port));
      settings.put("impresario.gateway.job-service-url", url);
      settings.put("impresario.gateway.schedule-service-url", url);
      settings.put("impresario.gateway.callback-service-url", url);
      settings.put("impresario.gateway.log-service-url", url);
      settings.put("impresario.gateway.admin-key", ADMIN_KEY);
      settings.put("impresario.gateway.bootstrap.tenant-name", "first");
      settings.put("impresario.gateway.bootstrap.api-key", API_KEY);
      return settings;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {
    try {
      proxy().close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
