package org.sluice.plugin.tcp;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.transport.TransportConnection;

/**
 * The flows of one worker in TIME_WAIT: what is left of a connection whose session is gone, so that the peer's last FIN
 * is answered and its stray segments meet no successor. Owned by the worker, but for {@link #releasePorts}.
 *
 * <p>All wait equally long, so they stand in the order of their ends and one timer serves them.
 */
final class TimeWaitTable {
  private final TcpWorker home;
  private final int limit;
  private final FlowTable<Entry> flows;
  private @Nullable Timer timer;
  private @Nullable Entry oldest;
  private @Nullable Entry newest;
  private @Nullable Entry free;
  private volatile @Nullable Entry made;
  private int used;

  /** A flow in TIME_WAIT. */
  static final class Entry extends FlowTable.Flow {
    final @Nullable Entry madeBefore;
    private final AtomicBoolean ownsPort = new AtomicBoolean();
    private int sndNxt;
    private int rcvNxt;
    private boolean timestamps;
    private int tsOffset;
    private int tsRecent;
    private long endsAtNs;
    private @Nullable Entry older;
    private @Nullable Entry newer;

    private Entry(@Nullable Entry madeBefore) {
      this.madeBefore = madeBefore;
    }

    private void begin(TcpConnection c) {
      reuse(NONE, c.protocol());
      endpointsOf(c);
    }
  }

  TimeWaitTable(TcpWorker home, int limit, long seed) {
    this.home = home;
    this.limit = limit;
    flows = new FlowTable<>(seed);
  }

  int used() {
    return used;
  }

  /** Takes over what a connection leaves, its port included. */
  void add(TcpConnection c) {
    Entry entry = used < limit ? allocate() : null;
    if (entry == null) {
      home.counters.limitTimeWait.increment(home.index);
      return;
    }
    home.counters.timeWaits.increment(home.index);
    entry.begin(c);
    entry.sndNxt = c.sndNxt;
    entry.rcvNxt = c.rcvNxt;
    entry.timestamps = c.is(TcpConnection.TIMESTAMPS);
    entry.tsOffset = c.tsOffset;
    entry.tsRecent = c.tsRecent;
    entry.ownsPort.set(c.is(TcpConnection.OWNS_PORT));
    c.off(TcpConnection.OWNS_PORT);
    flows.add(entry);
    used++;
    append(entry);
  }

  private void append(Entry entry) {
    entry.endsAtNs = home.worker.nowNs() + home.config.timeWaitNs();
    entry.older = newest;
    entry.newer = null;
    if (newest == null) {
      oldest = entry;
      arm(entry.endsAtNs);
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  /**
   * Serves a segment whose flow has no session.
   *
   * @return false when it is none of a flow in TIME_WAIT, or begins a new connection of it
   */
  boolean serve(TcpSegment segment) {
    Entry entry = used == 0 ? null : flows.find(segment);
    if (entry == null) {
      return false;
    }
    if (segment.has(TcpHeader.RST)) {
      // It would end the wait too early (RFC 1337).
      return true;
    }
    if (segment.has(TcpHeader.SYN) && !segment.has(TcpHeader.ACK) && isNew(entry, segment)) {
      // It stays until the new connection is there: a SYN alone may be anybody's.
      return false;
    }
    boolean lastFin = segment.has(TcpHeader.FIN) && segment.seq + segment.sequenceLength() == entry.rcvNxt;
    if (lastFin) {
      unlink(entry);
      append(entry);
    }
    // A mere acknowledgement in its place needs no answer, or two flows in TIME_WAIT would answer each other for ever.
    if (lastFin || (segment.seq != entry.rcvNxt || segment.sequenceLength() > 0) && home.mayChallenge()) {
      home.stateless.acknowledge(
          entry, entry.sndNxt, entry.rcvNxt, 0, entry.timestamps, entry.tsOffset, entry.tsRecent);
    }
    return true;
  }

  /**
   * Whether the flow of a segment is in TIME_WAIT. Such a flow gets no cookie: its number would not be above those of
   * the connection before, and an old answer to an old cookie would be as good as one to the new.
   */
  boolean holds(TcpSegment segment) {
    return used > 0 && flows.find(segment) != null;
  }

  /** An initial sequence number that is above those of the flow's last connection (RFC 9293 section 3.10.7.4). */
  int above(TransportConnection flow, int isn) {
    Entry entry = used == 0 ? null : flows.find(flow);
    return entry == null || SequenceNumbers.after(isn, entry.sndNxt) ? isn : entry.sndNxt + 1;
  }

  /** Whether a SYN cannot be an old one (RFC 6191 section 2). */
  private static boolean isNew(Entry entry, TcpSegment segment) {
    if (!segment.hasTimestamps) {
      return SequenceNumbers.after(segment.seq, entry.rcvNxt);
    }
    if (!entry.timestamps) {
      return true;
    }
    return segment.tsValue == entry.tsRecent
        ? SequenceNumbers.after(segment.seq, entry.rcvNxt)
        : SequenceNumbers.after(segment.tsValue, entry.tsRecent);
  }

  /** A new connection has come up in the flow. */
  void forget(TransportConnection flow) {
    Entry entry = used == 0 ? null : flows.find(flow);
    if (entry != null) {
      remove(entry);
    }
  }

  private void arm(long atNs) {
    Timer armed = timer == null ? home.worker.newTimer(this::expired) : timer;
    timer = armed;
    armed.schedule(atNs);
  }

  private void expired(long nowNs) {
    for (Entry entry = oldest; entry != null && entry.endsAtNs - nowNs <= 0; entry = oldest) {
      remove(entry);
    }
    if (oldest != null) {
      arm(oldest.endsAtNs);
    }
  }

  private void remove(Entry entry) {
    unlink(entry);
    flows.remove(entry);
    used--;
    releasePort(entry);
    entry.newer = free;
    free = entry;
  }

  private void unlink(Entry entry) {
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
    entry.older = null;
    entry.newer = null;
  }

  private Entry allocate() {
    Entry entry = free;
    if (entry == null) {
      entry = new Entry(made);
      made = entry;
    } else {
      free = entry.newer;
    }
    return entry;
  }

  // ---- The end of the plugin.

  /**
   * Gives all ports back. Worker 0, when no connection is left; the worker itself may not come to it any more before
   * the plugin is gone.
   */
  void releasePorts() {
    for (Entry entry = made; entry != null; entry = entry.madeBefore) {
      releasePort(entry);
    }
  }

  private void releasePort(Entry entry) {
    if (entry.ownsPort.compareAndSet(true, false)) {
      home.sessions.localEndpoints().release(entry);
    }
  }

  /** Forgets all. */
  void clear() {
    for (Entry entry = oldest; entry != null; entry = oldest) {
      remove(entry);
    }
    if (timer != null) {
      timer.cancel();
    }
  }
}
