package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/** As {@link StackRequests}, by the kernel's sockets: each end looks at its selector again and again. */
final class SelectorRequests implements Contender {
  private final TwoThreads threads;
  private final Selector clientSelector = Selector.open();
  private final Selector serverSelector = Selector.open();
  private final List<SocketChannel> sockets = new ArrayList<>();
  private final ByteBuffer letter = ByteBuffer.allocateDirect(StackRequests.REQUEST_BYTES);
  private final ByteBuffer served = ByteBuffer.allocateDirect(StackRequests.REQUEST_BYTES);
  private final Histogram latency = new Histogram(StackRequests.MOST_NS, 3);
  private volatile boolean over;
  private int outstanding;
  private long done;
  private long startNs;
  private long endNs;

  /** A connection of the client's. */
  private static final class Requests {
    long number;
    long sentNs;
  }

  SelectorRequests(TwoThreads threads, SocketAddress place, int connections) throws Exception {
    this.threads = threads;
    ServerSocketChannel[] listener = new ServerSocketChannel[1];
    threads.run(() -> {}, () -> listener[0] = ServerSocketChannel.open().bind(place, connections));
    try (ServerSocketChannel accepting = listener[0]) {
      threads.run(() -> {
        for (int i = 0; i < connections; i++) {
          register(SocketChannel.open(place), clientSelector, new Requests());
        }
      }, () -> {
        for (int i = 0; i < connections; i++) {
          register(accepting.accept(), serverSelector, this);
        }
      });
    }
  }

  private void register(SocketChannel socket, Selector selector, Object attachment) throws IOException {
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.register(selector, SelectionKey.OP_READ, attachment);
    synchronized (sockets) {
      sockets.add(socket);
    }
  }

  @Override
  public Reading run(long nanos) throws Exception {
    over = false;
    done = 0;
    latency.reset();
    threads.run(() -> ask(nanos), this::answer);
    return new Reading(done, done * StackRequests.REQUEST_BYTES, endNs - startNs, Reading.UNKNOWN, latency);
  }

  private void ask(long nanos) throws IOException {
    try {
      startNs = System.nanoTime();
      outstanding = clientSelector.keys().size();
      for (SelectionKey key : clientSelector.keys()) {
        send(key, System.nanoTime());
      }
      while (outstanding > 0) {
        if (clientSelector.selectNow() == 0) {
          Thread.onSpinWait();
          continue;
        }
        for (SelectionKey key : clientSelector.selectedKeys()) {
          receive(key, nanos);
        }
        clientSelector.selectedKeys().clear();
      }
    } finally {
      over = true;
    }
  }

  private void send(SelectionKey key, long now) throws IOException {
    Requests requests = (Requests) key.attachment();
    requests.sentNs = now;
    letter.clear().putLong(0, ++requests.number);
    whole(((SocketChannel) key.channel()).write(letter));
  }

  private void receive(SelectionKey key, long nanos) throws IOException {
    Requests requests = (Requests) key.attachment();
    whole(((SocketChannel) key.channel()).read(letter.clear()));
    if (letter.getLong(0) != requests.number) {
      throw new IOException("the reply to request " + requests.number + " is another one");
    }
    long now = System.nanoTime();
    latency.recordValue(Math.min(now - requests.sentNs, StackRequests.MOST_NS));
    done++;
    if (now - startNs < nanos) {
      send(key, now);
    } else if (--outstanding == 0) {
      endNs = now;
    }
  }

  private void answer() throws IOException {
    while (!over) {
      if (serverSelector.selectNow() == 0) {
        Thread.onSpinWait();
        continue;
      }
      for (SelectionKey key : serverSelector.selectedKeys()) {
        SocketChannel socket = (SocketChannel) key.channel();
        whole(socket.read(served.clear()));
        whole(socket.write(served.flip()));
      }
      serverSelector.selectedKeys().clear();
    }
  }

  private static void whole(int count) throws IOException {
    if (count != StackRequests.REQUEST_BYTES) {
      throw new IOException(count + " bytes of " + StackRequests.REQUEST_BYTES + " at once");
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
    clientSelector.close();
    serverSelector.close();
  }
}
