package io.impresario.callback.sending;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server that takes its time: {@code *.good} is 127.0.0.1, {@code *.silent} gets no answer,
 * and no other name exists.
 */
final class SlowNameServer implements AutoCloseable {

  private static final int HEADER = 12;
  private static final int TYPE_A = 1;

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger questions = new AtomicInteger();
  private final Duration delay;

  SlowNameServer(Duration delay) throws IOException {
    this.delay = delay;
    Thread thread = new Thread(this::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  int questions() {
    return questions.get();
  }

  @Override
  public void close() {
    socket.close();
    later.shutdownNow();
  }

  private void serve() {
    while (!socket.isClosed()) {
      DatagramPacket question = new DatagramPacket(new byte[1500], 1500);
      try {
        socket.receive(question);
        questions.incrementAndGet();
        byte[] asked = Arrays.copyOf(question.getData(), question.getLength());
        later.schedule(() -> answer(asked, question), delay.toMillis(), TimeUnit.MILLISECONDS);
      } catch (IOException | RejectedExecutionException ended) {
        return;
      }
    }
  }

  private void answer(byte[] asked, DatagramPacket to) {
    int end = HEADER;
    StringBuilder name = new StringBuilder();
    while (asked[end] != 0) {
      name.append(new String(asked, end + 1, asked[end], US_ASCII)).append('.');
      end += asked[end] + 1;
    }
    int type = asked[end + 2];
    if (name.toString().endsWith("silent.")) {
      return;
    }
    boolean exists = name.toString().endsWith("good.") || name.length() == 0;
    boolean found = exists && type == TYPE_A;
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(asked, 0, 2);
    // A response, recursion available; one question, up to one answer.
    answer.writeBytes(new byte[] {(byte) 0x81, (byte) (exists ? 0x80 : 0x83), 0, 1});
    answer.writeBytes(new byte[] {0, (byte) (found ? 1 : 0), 0, 0, 0, 0});
    answer.write(asked, HEADER, end + 5 - HEADER);
    if (found) {
      answer.writeBytes(
          new byte[] {(byte) 0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1});
    }
    try {
      socket.send(new DatagramPacket(answer.toByteArray(), answer.size(), to.getSocketAddress()));
    } catch (IOException ended) {
      // The test has ended.
    }
  }
}
