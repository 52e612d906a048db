package io.impresario.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes open connections go silent for good, both ends believing that they are open, as when a
 * router forgets them: the kernel drops every packet of theirs. New connections are not touched.
 * Needs root and nftables.
 */
final class HalfOpenConnections implements AutoCloseable {
  private static final String ESTABLISHED = "01";

  private final String table = "impresario_fault_" + ProcessHandle.current().pid();

  HalfOpenConnections() throws IOException {
    nft(
        """
        table inet %s {
          set silent { type inet_service . inet_service; }
          chain sent {
            type filter hook output priority 0;
            tcp sport . tcp dport @silent drop
          }
        }
        """
            .formatted(table));
  }

  /** Silences the connections that a process has to a port of this machine; returns how many. */
  int silence(long pid, int port) throws IOException {
    List<String> pairs = new ArrayList<>();
    for (int own : localPorts(pid, port)) {
      pairs.add(own + " . " + port);
      pairs.add(port + " . " + own);
    }
    if (!pairs.isEmpty()) {
      nft("add element inet %s silent { %s }".formatted(table, String.join(", ", pairs)));
    }
    return pairs.size() / 2;
  }

  private static Set<Integer> localPorts(long pid, int remote) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      descriptors.forEach(descriptor -> sockets.add(target(descriptor)));
    }
    Set<Integer> ports = new HashSet<>();
    for (String family : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + family))) {
        // sl, local address, remote address, state, …, inode
        String[] fields = line.strip().split("\\s+");
        if (fields[3].equals(ESTABLISHED)
            && port(fields[2]) == remote
            && sockets.contains("socket:[" + fields[9] + "]")) {
          ports.add(port(fields[1]));
        }
      }
    }
    return ports;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static void nft(String script) throws IOException {
    Process process = new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true).start();
    try (var input = process.getOutputStream()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("nft does not take " + script + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    nft("delete table inet " + table);
  }
}
