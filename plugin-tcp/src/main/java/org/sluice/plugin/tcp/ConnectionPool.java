package org.sluice.plugin.tcp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/** The connections of one worker by slot, reused oldest first. Owned by the worker. */
final class ConnectionPool {
  private static final int FIRST_SLOTS = 16;

  private final TcpWorker home;
  private final int limit;
  private @Nullable TcpConnection[] slots = new @Nullable TcpConnection[FIRST_SLOTS];
  private @Nullable TcpConnection firstFree;
  private @Nullable TcpConnection lastFree;
  private int made;
  private int used;

  ConnectionPool(TcpWorker home, int limit) {
    this.home = home;
    this.limit = Math.min(limit, Handle.MAX_SLOTS);
  }

  /** Takes a connection, or null at the limit. */
  @Nullable TcpConnection allocate(int protocolId) {
    TcpConnection connection = firstFree == null ? fresh() : reuse(firstFree);
    if (connection == null) {
      home.counters.limitConnections.increment(home.index);
      return null;
    }
    used++;
    long handle = Handle.of(home.index, connection.slot, ++connection.generation);
    connection.begin(handle, protocolId, home.worker.nowNs());
    return connection;
  }

  /** Gives a connection back, with its path and port. */
  void free(TcpConnection connection) {
    assert connection.handle() >= 0 : "freed twice: slot " + connection.slot;
    connection.state = TcpState.CLOSED;
    connection.timer.cancel();
    if (connection.is(TcpConnection.OWNS_PORT)) {
      home.sessions.localEndpoints().release(connection);
    }
    home.senders.release(connection);
    home.receivers.release(connection);
    PathTable.Entry path = connection.path;
    if (path != null) {
      connection.path = null;
      home.paths.release(path);
    }
    connection.forget();
    used--;
    if (lastFree == null) {
      firstFree = connection;
    } else {
      lastFree.nextFree = connection;
    }
    lastFree = connection;
  }

  @Nullable TcpConnection get(long handle) {
    int slot = Handle.slot(handle);
    TcpConnection connection = slot < slots.length ? slots[slot] : null;
    return connection != null && connection.handle() == handle ? connection : null;
  }

  /** Algorithms are gone: those that use one go on with another. */
  void forgetGone(CongestionChoice choice) {
    for (int i = 0; i < made; i++) {
      TcpConnection c = slots[i];
      if (c == null || c.handle() < 0) {
        continue;
      }
      if (c.algorithm != null && !choice.isKnown(c.algorithm)) {
        c.algorithm = null;
      }
      Sender q = c.sender;
      if (q != null && !choice.isKnown(q.algorithm)) {
        q.use(choice.of(c));
      }
    }
  }

  int used() {
    return used;
  }

  private TcpConnection reuse(TcpConnection oldest) {
    firstFree = oldest.nextFree;
    oldest.nextFree = null;
    if (firstFree == null) {
      lastFree = null;
    }
    return oldest;
  }

  private @Nullable TcpConnection fresh() {
    if (made == limit) {
      return null;
    }
    if (made == slots.length) {
      slots = Arrays.copyOf(slots, made * 2);
    }
    TcpConnection connection = new TcpConnection(home, made);
    slots[made++] = connection;
    return connection;
  }
}
