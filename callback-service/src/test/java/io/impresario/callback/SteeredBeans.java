package io.impresario.callback;

import io.impresario.callback.sending.AddressLookup;
import io.impresario.testing.DatabaseClock;
import io.impresario.testing.MutableClock;
import io.vertx.core.Future;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The time and the names of a service under test. */
@Singleton
public class SteeredBeans {

  @Produces
  @Singleton
  MutableClock clock() {
    return MutableClock.at("2026-01-02T03:04:05Z").steering(DatabaseClock.of("callback"));
  }

  /** Names resolve to what a test says, or not at all. */
  @Alternative
  @Priority(1)
  @Singleton
  public static class Names implements AddressLookup {
    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();

    public void put(String host, InetAddress... addresses) {
      names.put(host, List.of(addresses));
    }

    @Override
    public Future<List<InetAddress>> addressesOf(String host) {
      List<InetAddress> addresses = names.get(host);
      return addresses == null
          ? Future.failedFuture(new UnknownHostException(host))
          : Future.succeededFuture(addresses);
    }
  }
}
