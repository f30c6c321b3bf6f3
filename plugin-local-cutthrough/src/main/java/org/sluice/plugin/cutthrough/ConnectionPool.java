package org.sluice.plugin.cutthrough;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;

/**
 * The connections of one worker, by slot; reused oldest first. Owned by the worker, but for {@link #at}: a request of
 * worker 0 is read by the worker it was sent to.
 */
final class ConnectionPool {
  private static final int FIRST_SLOTS = 16;

  private final Worker worker;
  private final boolean lending;
  private final int limit;
  private final Counter limitHits;
  private volatile @Nullable CutThroughConnection[] slots = new @Nullable CutThroughConnection[FIRST_SLOTS];
  private @Nullable CutThroughConnection firstFree;
  private @Nullable CutThroughConnection lastFree;
  private int made;
  private int used;

  /**
   * Makes an empty pool.
   *
   * @param lending whether its connections go to other workers, which give them back
   */
  ConnectionPool(Worker worker, boolean lending, int limit, Counter limitHits) {
    this.worker = worker;
    this.lending = lending;
    this.limit = Math.min(limit, Handle.MAX_SLOTS);
    this.limitHits = limitHits;
  }

  Worker worker() {
    return worker;
  }

  boolean isLending() {
    return lending;
  }

  /** Takes a connection, or null at the limit. */
  @Nullable CutThroughConnection allocate(CutThroughConnection.Role role, int protocolId) {
    assert worker.isCurrent() : "pool of " + worker.name();
    CutThroughConnection connection = firstFree == null ? fresh() : reuse(firstFree);
    if (connection == null) {
      limitHits.increment(worker.index());
      return null;
    }
    used++;
    connection.begin(role, protocolId);
    return connection;
  }

  void free(CutThroughConnection connection) {
    assert worker.isCurrent() : "pool of " + worker.name();
    assert connection.role() != CutThroughConnection.Role.FREE : "freed twice: slot " + connection.slot();
    used--;
    if (!connection.end()) {
      return;
    }
    if (lastFree == null) {
      firstFree = connection;
    } else {
      lastFree.nextFree = connection;
    }
    lastFree = connection;
  }

  @Nullable CutThroughConnection get(long handle) {
    CutThroughConnection connection = handle < 0 ? null : at(Handle.slot(handle));
    boolean live = connection != null
        && connection.role() != CutThroughConnection.Role.FREE
        && connection.handle() == handle;
    return live ? connection : null;
  }

  /** The object in a slot, whatever it stands for. Any worker. */
  @Nullable CutThroughConnection at(int slot) {
    @Nullable CutThroughConnection[] snapshot = slots;
    return slot < snapshot.length ? snapshot[slot] : null;
  }

  int used() {
    return used;
  }

  private CutThroughConnection reuse(CutThroughConnection oldest) {
    firstFree = oldest.nextFree;
    oldest.nextFree = null;
    if (firstFree == null) {
      lastFree = null;
    }
    return oldest;
  }

  private @Nullable CutThroughConnection fresh() {
    if (made == limit) {
      return null;
    }
    @Nullable CutThroughConnection[] grown = slots;
    if (made == grown.length) {
      grown = Arrays.copyOf(grown, made * 2);
    }
    CutThroughConnection connection = new CutThroughConnection(this, made);
    grown[made++] = connection;
    slots = grown;
    return connection;
  }
}
