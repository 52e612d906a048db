package io.impresario.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free TCP ports on the loopback address for servers that may be stopped and started again: taken
 * below the range of outgoing connections, because a client that keeps trying a port of that range
 * can connect to itself and hold the port.
 */
public final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 32_000;

  private FreePorts() {}

  public static int one() {
    return some(1).get(0);
  }

  /** Distinct ports, each free at the time of the call, beginning at a random one. */
  public static List<Integer> some(int count) {
    return from(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST - 1_000), count);
  }

  /** The first free ports at or after the given one. */
  public static List<Integer> from(int first, int count) {
    List<Integer> free =
        IntStream.rangeClosed(first, 65_535)
            .filter(FreePorts::isFree)
            .limit(count)
            .boxed()
            .toList();
    if (free.size() < count) {
      throw new IllegalStateException("There are no " + count + " free ports after " + first);
    }
    return free;
  }

  /** Whether a server could listen on this loopback port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
