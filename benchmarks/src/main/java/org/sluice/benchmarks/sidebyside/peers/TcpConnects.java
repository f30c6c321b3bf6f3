package org.sluice.benchmarks.sidebyside.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/**
 * Connect, echo of one byte, close: a client and a server, each with a selector. There are several addresses to connect
 * to, because the kernel keeps the ports of closed connections for a while.
 */
public final class TcpConnects implements Contender {
  private static final int ADDRESSES = 8;
  private static final int BACKLOG = 1024;
  private static final long NOT_YET = -1;

  private final TwoThreads threads;
  private final int outstanding;
  private final Selector clientSelector = Selector.open();
  private final Selector serverSelector = Selector.open();
  private final List<ServerSocketChannel> listeners = new ArrayList<>();
  private final List<SocketAddress> addresses = new ArrayList<>();
  private final ByteBuffer clientByte = ByteBuffer.allocateDirect(1);
  private final ByteBuffer serverByte = ByteBuffer.allocateDirect(1);
  private volatile long toServe;
  private volatile boolean failed;
  private long started;
  private long closed;
  private long served;
  private long startNs;
  private long endNs;

  private TcpConnects(TwoThreads threads, List<? extends SocketAddress> places, int outstanding) throws Exception {
    this.threads = threads;
    this.outstanding = outstanding;
    threads.run(() -> {}, () -> {
      for (SocketAddress place : places) {
        listen(place);
      }
    });
  }

  private void listen(SocketAddress place) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listeners.add(listener);
    listener.bind(place, BACKLOG);
    listener.configureBlocking(false);
    listener.register(serverSelector, SelectionKey.OP_ACCEPT);
    addresses.add(listener.getLocalAddress());
  }

  /**
   * Makes contenders over the loopback interface.
   *
   * @param threads what they run on
   * @param outstanding connections at a time
   * @return opens such a contender
   */
  public static Opener connecting(TwoThreads threads, int outstanding) {
    List<InetSocketAddress> places =
        IntStream.rangeClosed(1, ADDRESSES).mapToObj(i -> new InetSocketAddress("127.0.0." + i, 0)).toList();
    return () -> new TcpConnects(threads, places, outstanding);
  }

  /**
   * Makes one.
   *
   * @param threads what it runs on
   * @param places where the second of them listens
   * @param outstanding connections at a time
   * @return the contender
   * @throws Exception when it cannot listen there
   */
  public static TcpConnects to(TwoThreads threads, List<? extends SocketAddress> places, int outstanding)
      throws Exception {
    return new TcpConnects(threads, places, outstanding);
  }

  @Override
  public Reading run(long nanos) throws Exception {
    toServe = NOT_YET;
    started = 0;
    closed = 0;
    served = 0;
    threads.run(() -> connect(nanos), this::serve);
    return new Reading(served, 2 * served, endNs - startNs);
  }

  // ---- The client.

  private void connect(long nanos) throws IOException {
    try {
      startNs = System.nanoTime();
      for (int i = 0; i < outstanding; i++) {
        connectNext();
      }
      while (closed < started && !failed) {
        clientSelector.select(key -> unchecked(() -> advance(key, nanos)));
      }
      toServe = started;
    } finally {
      failed |= toServe == NOT_YET;
      serverSelector.wakeup();
    }
  }

  private void connectNext() throws IOException {
    SocketChannel socket = SocketChannel.open();
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean connected = socket.connect(addresses.get((int) (started % addresses.size())));
    SelectionKey key = socket.register(clientSelector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    key.attach((byte) started);
    started++;
    if (connected) {
      send(socket, key);
    }
  }

  private void advance(SelectionKey key, long nanos) throws IOException {
    SocketChannel socket = (SocketChannel) key.channel();
    if (key.isConnectable()) {
      socket.finishConnect();
      key.interestOps(SelectionKey.OP_READ);
      send(socket, key);
      return;
    }
    clientByte.clear();
    int count = socket.read(clientByte);
    if (count != 1 || clientByte.get(0) != (byte) key.attachment()) {
      throw new IOException("got another echo");
    }
    socket.close();
    closed++;
    if (System.nanoTime() - startNs < nanos) {
      connectNext();
    }
  }

  private void send(SocketChannel socket, SelectionKey key) throws IOException {
    clientByte.clear();
    clientByte.put(0, (byte) key.attachment());
    if (socket.write(clientByte) != 1) {
      throw new IOException("a new connection has no room for a byte");
    }
  }

  // ---- The server.

  private void serve() throws IOException {
    boolean done = false;
    try {
      while (served != toServe && !failed) {
        serverSelector.select(key -> unchecked(() -> answer(key)));
      }
      endNs = System.nanoTime();
      done = true;
    } finally {
      failed |= !done;
      clientSelector.wakeup();
    }
  }

  private void answer(SelectionKey key) throws IOException {
    if (key.isAcceptable()) {
      accept((ServerSocketChannel) key.channel());
      return;
    }
    SocketChannel socket = (SocketChannel) key.channel();
    serverByte.clear();
    if (socket.read(serverByte) < 0) {
      socket.close();
      served++;
      return;
    }
    serverByte.flip();
    if (socket.write(serverByte) != 1) {
      throw new IOException("no room for an echo of one byte");
    }
  }

  private void accept(ServerSocketChannel listener) throws IOException {
    SocketChannel socket = listener.accept();
    while (socket != null) {
      socket.configureBlocking(false);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.register(serverSelector, SelectionKey.OP_READ);
      socket = listener.accept();
    }
  }

  /** Something of a selector's callback, which may throw nothing checked. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void unchecked(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (ServerSocketChannel listener : listeners) {
      listener.close();
    }
    for (Selector selector : List.of(clientSelector, serverSelector)) {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    }
  }
}
