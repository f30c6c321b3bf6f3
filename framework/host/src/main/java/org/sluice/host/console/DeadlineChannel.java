package org.sluice.host.console;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Reads a socket until a moment, however slowly the bytes come. While it is open the socket is for it alone. */
final class DeadlineChannel implements ReadableByteChannel {
  private final SocketChannel socket;
  private final Selector selector;
  private final long startNs = System.nanoTime();
  private final long patienceNs;

  /** The time begins to run. */
  DeadlineChannel(SocketChannel socket, Duration patience) throws IOException {
    this.socket = socket;
    patienceNs = patience.toNanos();
    selector = Selector.open();
    socket.configureBlocking(false);
    socket.register(selector, SelectionKey.OP_READ);
  }

  /**
   * Waits for bytes.
   *
   * @throws SocketTimeoutException when the time is over
   * @throws ClosedByInterruptException when the thread is interrupted, which would keep it from waiting
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    while (true) {
      int count = socket.read(target);
      if (count != 0) {
        return count;
      }
      long leftNs = patienceNs - (System.nanoTime() - startNs);
      if (leftNs <= 0) {
        throw new SocketTimeoutException("nothing more came");
      }
      selector.select(leftNs / 1_000_000 + 1);
      selector.selectedKeys().clear();
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return selector.isOpen();
  }

  /** Gives the socket back, blocking. */
  @Override
  public void close() throws IOException {
    selector.close();
    if (socket.isOpen()) {
      socket.configureBlocking(true);
    }
  }
}
