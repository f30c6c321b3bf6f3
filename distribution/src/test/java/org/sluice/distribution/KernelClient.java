package org.sluice.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sluice.testkit.kernel.Namespace;

/**
 * A program with sockets of the kernel's, for an echo service: {@code bulk ADDRESS PORT SECONDS} sends all that it can
 * for so long and compares what comes back; {@code connections ADDRESS PORT COUNT} makes so many connections, for a few
 * bytes there and back each. Both print bytes or connections, and nanoseconds.
 */
public final class KernelClient {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int SMALL_BYTES = 32;
  private static final int THREADS = 4;
  private static final int PATIENCE_MS = 30_000;

  private final InetSocketAddress server;
  private final byte[] block;

  private KernelClient(InetSocketAddress server, int blockBytes) {
    this.server = server;
    block = new byte[blockBytes];
    new Random(1).nextBytes(block);
  }

  /**
   * What it printed.
   *
   * @param count bytes or connections
   * @param ns how long it took
   */
  record Result(long count, long ns) {}

  /** Starts it in a namespace and waits for it. */
  static Result run(Namespace where, String... arguments) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process process = where.start(Stream.concat(
        Stream.of(java, "-XX:+UseSerialGC", "-cp", classes, KernelClient.class.getName()), Stream.of(arguments))
        .toArray(String[]::new));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + output);
    }
    String[] words = output.strip().split(" ", -1);
    return new Result(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /**
   * Runs one of the two; fails when anything is not as it should be.
   *
   * @param arguments see the class
   */
  public static void main(String[] arguments) throws Exception {
    InetSocketAddress server = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    int number = Integer.parseInt(arguments[3]);
    long startNs = System.nanoTime();
    long count = arguments[0].equals("bulk")
        ? new KernelClient(server, BLOCK_BYTES).bulk(TimeUnit.SECONDS.toNanos(number))
        : new KernelClient(server, SMALL_BYTES).connections(number);
    System.out.println(count + " " + (System.nanoTime() - startNs));
  }

  // ---- Bulk.

  private long bulk(long durationNs) throws Exception {
    try (Socket socket = new Socket(); ExecutorService writer = Executors.newSingleThreadExecutor()) {
      socket.connect(server, PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      Future<Long> sent = writer.submit(() -> send(socket, System.nanoTime() + durationNs));
      long received = receive(socket.getInputStream());
      if (received != sent.get()) {
        throw new IOException(sent.get() + " bytes were sent, and " + received + " came back");
      }
      return received;
    }
  }

  private long send(Socket socket, long endNs) throws IOException {
    OutputStream out = socket.getOutputStream();
    long sent = 0;
    while (System.nanoTime() - endNs < 0) {
      out.write(block);
      sent += block.length;
    }
    socket.shutdownOutput();
    return sent;
  }

  private long receive(InputStream in) throws IOException {
    byte[] read = new byte[BLOCK_BYTES];
    long received = 0;
    for (int count = in.read(read); count >= 0; count = in.read(read)) {
      for (int done = 0; done < count; ) {
        int at = (int) (received % block.length);
        int length = Math.min(count - done, block.length - at);
        if (!Arrays.equals(read, done, done + length, block, at, at + length)) {
          throw new IOException("a byte differs among the " + length + " behind " + received);
        }
        done += length;
        received += length;
      }
    }
    return received;
  }

  // ---- Connections.

  private long connections(int count) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Integer>> parts = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int share = count / THREADS + (i < count % THREADS ? 1 : 0);
        parts.add(() -> {
          for (int made = 0; made < share; made++) {
            connect();
          }
          return share;
        });
      }
      long made = 0;
      for (Future<Integer> part : threads.invokeAll(parts)) {
        made += part.get();
      }
      return made;
    }
  }

  private void connect() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(block);
      socket.shutdownOutput();
      if (!Arrays.equals(socket.getInputStream().readAllBytes(), block)) {
        throw new IOException("not what was sent came back");
      }
    }
  }
}
