package io.impresario.callback.sending;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform's resolver, which blocks, on threads of its own. A name is looked up once at a time
 * however many attempts wait for it, so that one name whose servers are silent holds one thread.
 */
@ApplicationScoped
class SystemAddressLookup implements AddressLookup {

  /** Names whose servers are silent at the same moment before further lookups fail at once. */
  private static final int MAX_THREADS = 64;

  private final ConcurrentMap<String, Future<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MAX_THREADS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "address-lookup");
            thread.setDaemon(true);
            return thread;
          });

  void stop(@Observes ShutdownEvent event) {
    threads.shutdownNow();
  }

  @Override
  public Future<List<InetAddress>> addressesOf(String host) {
    Promise<List<InetAddress>> mine = Promise.promise();
    Future<List<InetAddress>> running = underWay.putIfAbsent(host, mine.future());
    if (running != null) {
      return running;
    }
    mine.future().onComplete(done -> underWay.remove(host, mine.future()));
    try {
      threads.execute(() -> lookUp(host, mine));
    } catch (RejectedExecutionException e) {
      mine.fail(e);
    }
    return mine.future();
  }

  private static void lookUp(String host, Promise<List<InetAddress>> addresses) {
    try {
      addresses.complete(List.of(InetAddress.getAllByName(host)));
    } catch (UnknownHostException | RuntimeException e) {
      addresses.fail(e);
    }
  }
}
