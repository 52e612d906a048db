package io.impresario.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A loopback TCP proxy in front of a server: passes bytes on, refuses new connections, cuts open
 * ones, or drops what is sent (a silent network) until told otherwise.
 */
public final class FaultyTcpProxy implements AutoCloseable {
  /** What happens to connections. */
  public enum Mode {
    PASS,
    /** New connections are closed at once; open ones stay. */
    REFUSE,
    /**
     * Connections are accepted and stay open, but no byte arrives. Where bytes were lost none
     * follow, also after the silence, as when a firewall has forgotten the connection.
     */
    SILENCE
  }

  private final ServerSocket listener;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  private FaultyTcpProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** In front of a loopback port. */
  public static FaultyTcpProxy before(int port) throws IOException {
    return between(0, port);
  }

  /** At one loopback port, in front of another. */
  static FaultyTcpProxy between(int listened, int port) throws IOException {
    ServerSocket listener = new ServerSocket(listened, 256, InetAddress.getLoopbackAddress());
    FaultyTcpProxy proxy = new FaultyTcpProxy(listener, port);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  public int port() {
    return listener.getLocalPort();
  }

  public void mode(Mode next) {
    mode = next;
  }

  /** Ends every open connection, on both sides. */
  public void cut() {
    open.forEach(FaultyTcpProxy::closeQuietly);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (mode == Mode.REFUSE) {
          closeQuietly(client);
        } else {
          connect(client);
        }
      } catch (IOException closedOrRefused) {
        if (listener.isClosed()) {
          return;
        }
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
    } catch (IOException down) {
      closeQuietly(client);
      throw down;
    }
    open.add(client);
    open.add(server);
    threads.execute(() -> pump(client, server));
    threads.execute(() -> pump(server, client));
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[16 << 10];
    boolean lost = false;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        lost |= mode == Mode.SILENCE;
        if (!lost) {
          out.write(buffer, 0, count);
          out.flush();
        }
      }
    } catch (IOException cut) {
      // One side has ended; the other one is closed below.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // Nothing is left to close.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
    threads.shutdownNow();
  }
}
