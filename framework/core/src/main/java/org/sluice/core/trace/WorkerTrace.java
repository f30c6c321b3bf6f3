package org.sluice.core.trace;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * The trace of one worker's packets. Which record a packet has stands in its flags, with the number of the trace, so
 * that one that waited since an earlier trace is not mistaken. Owned by the worker; allocates when a trace begins and
 * when it is read, never for a packet.
 */
public final class WorkerTrace {
  /** The most packets of a worker: what their flags have room for. */
  public static final int MAX_PACKETS = 4094;

  private static final int NUMBER_SHIFT = Integer.numberOfTrailingZeros(PacketFlags.TRACE);
  private static final int NUMBER = 0xfff;
  /** Stands for a packet that was looked at and is not traced. */
  private static final int PASSED = NUMBER;
  private static final int EPOCH_SHIFT = NUMBER_SHIFT + 12;
  private static final int EPOCHS = 8;
  /** Frames that a card is given at once and that are looked at. */
  private static final int MOST_GIVEN = 1 << 12;

  private final Worker worker;
  private final Counter missed;
  private @Nullable TraceRecords records;
  private long missedNow;
  private int epoch;

  // Counters, and the packet that they are about.
  private long[] before = {};
  private int watched = -1;

  // Whose packets are sent next.
  private @Nullable PacketBatch senders;
  private long sender;

  // What a card is given at once.
  private int[] given = {};
  private int givenCount;

  /**
   * Closed.
   *
   * @param worker whose packets
   * @param missed counts those that no record was left for
   */
  public WorkerTrace(Worker worker, Counter missed) {
    this.worker = worker;
    this.missed = missed;
  }

  /**
   * Whether anything is traced.
   *
   * @return false while nobody asked
   */
  public boolean isOpen() {
    return records != null;
  }

  // ---- Consoles, on the worker.

  /**
   * The time of the worker's turn.
   *
   * @return nanoseconds, from where times of all workers count
   */
  public long nowNs() {
    return worker.nowNs();
  }

  /**
   * Begins anew, and forgets what was there.
   *
   * @param order what to take
   * @param startNs when the trace began, from where its times count
   */
  public void open(TraceOrder order, long startNs) {
    if (order.packets() < 1 || order.packets() > MAX_PACKETS) {
      throw new IllegalArgumentException("a trace of " + order.packets() + " packets");
    }
    close();
    epoch = (epoch + 1) % EPOCHS;
    before = new long[order.counters().size()];
    given = new int[MOST_GIVEN];
    records = new TraceRecords(worker.index(), startNs, order);
  }

  /** Ends it and gives its memory back. */
  public void close() {
    records = null;
    watched = -1;
    senders = null;
    before = new long[0];
    given = new int[0];
    missedNow = 0;
  }

  /**
   * What is there now.
   *
   * @return a copy for another thread; null when nothing is traced
   */
  public @Nullable TraceCopy copy() {
    TraceRecords now = records;
    return now == null ? null : new TraceCopy(now.copy(), missedNow);
  }

  // ---- Packets that come in.

  /**
   * Chooses among frames that a card has received.
   *
   * @param batch whole frames
   * @param interfaceIndex of the card
   */
  public void received(PacketBatch batch, int interfaceIndex) {
    choose(batch, interfaceIndex, true);
  }

  /** As {@link #received}, of packets without link header. */
  void arrived(PacketBatch batch, int interfaceIndex) {
    choose(batch, interfaceIndex, false);
  }

  private void choose(PacketBatch batch, int interfaceIndex, boolean link) {
    TraceRecords to = records;
    if (to == null) {
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      boolean wanted = to.order.received() && isFrom(to, interfaceIndex) && takes(to.order.filter(), batch, i, link);
      int number = wanted ? add(to, interfaceIndex, 0) : -1;
      mark(batch, i, number);
      if (number >= 0) {
        keep(to, number, batch, i, link ? TraceRecords.LINK : 0);
      }
    }
  }

  private static boolean takes(TraceFilter filter, PacketBatch batch, int i, boolean link) {
    return link
        ? filter.takesFrame(batch.pool(i).memory(), batch.offset(i), batch.length(i))
        : filter.takesPacket(batch.pool(i).memory(), batch.offset(i), batch.length(i), PacketBytes.type(batch, i));
  }

  private static boolean isFrom(TraceRecords to, int interfaceIndex) {
    return to.order.interfaceIndex() == TraceFilter.ANY || to.order.interfaceIndex() == interfaceIndex;
  }

  private int add(TraceRecords to, int interfaceIndex, int what) {
    int number = to.add(worker.nowNs(), interfaceIndex, what);
    if (number < 0) {
      missed.increment(worker.index());
      missedNow++;
    }
    return number;
  }

  private void mark(PacketBatch batch, int i, int number) {
    int bits = (number < 0 ? PASSED : number + 1) << NUMBER_SHIFT | epoch << EPOCH_SHIFT;
    batch.flags(i, batch.flags(i) & ~PacketFlags.TRACE | bits);
  }

  private static void keep(TraceRecords to, int number, PacketBatch batch, int i, int what) {
    to.keep(number, batch.pool(i).memory(), batch.offset(i), batch.length(i),
        what | PacketBytes.what(batch.flags(i)));
  }

  /** The record of a packet; -1 for none. */
  private int number(PacketBatch batch, int i) {
    int flags = batch.flags(i);
    int number = flags >>> NUMBER_SHIFT & NUMBER;
    return records == null || number == 0 || number == PASSED || !isOfNow(flags) ? -1 : number - 1;
  }

  private boolean isOfNow(int flags) {
    return (flags & PacketFlags.TRACE) >>> EPOCH_SHIFT == epoch;
  }

  /** Whether it was decided before if a packet is traced. */
  private boolean isDecided(PacketBatch batch, int i) {
    int flags = batch.flags(i);
    return (flags >>> NUMBER_SHIFT & NUMBER) != 0 && isOfNow(flags);
  }

  // ---- Steps.

  /**
   * What is counted from now on is about a packet.
   *
   * @param batch packets
   * @param i index
   */
  public void begin(PacketBatch batch, int i) {
    TraceRecords to = records;
    watched = number(batch, i);
    if (to != null && watched >= 0) {
      for (int n = 0; n < before.length; n++) {
        before[n] = to.order.counters().get(n).counter().value(worker.index());
      }
    }
  }

  /** Notes what was counted since {@link #begin}. */
  public void end() {
    TraceRecords to = records;
    if (to != null && watched >= 0) {
      for (int n = 0; n < before.length; n++) {
        long grown = to.order.counters().get(n).counter().value(worker.index()) - before[n];
        if (grown != 0) {
          to.step(watched, StepKind.COUNTED, n, grown, 0, 0);
        }
      }
    }
    watched = -1;
  }

  /** Notes a step of a packet. */
  void step(PacketBatch batch, int i, int kind, long a, long b, long c, long d) {
    TraceRecords to = records;
    int number = number(batch, i);
    if (to != null && number >= 0) {
      to.step(number, kind, a, b, c, d);
    }
  }

  /**
   * A packet of which it is not noted what was counted meanwhile is dropped.
   *
   * @param batch packets
   * @param i index
   * @param reason counted it
   */
  public void dropped(PacketBatch batch, int i, Counter reason) {
    int number = number(batch, i);
    if (number >= 0 && number != watched) {
      dropped(number, reason);
    }
  }

  private void dropped(int number, Counter reason) {
    TraceRecords to = records;
    for (int n = 0; to != null && n < before.length; n++) {
      if (to.order.counters().get(n).counter() == reason) {
        to.step(number, StepKind.COUNTED, n, 1, 0, 0);
        return;
      }
    }
  }

  /**
   * A fragment has come.
   *
   * @param batch its packet
   * @param i index
   * @param kept whether it waits for others
   * @param whole whether it was the last that was missing; otherwise it is dropped
   */
  public void fragment(PacketBatch batch, int i, boolean kept, boolean whole) {
    step(batch, i, StepKind.FRAGMENT, kept ? StepKind.KEPT : whole ? StepKind.WHOLE : StepKind.REFUSED, 0, 0, 0);
  }

  /**
   * Packets are given to who serves their protocol.
   *
   * @param batch the packets
   * @param protocol its number
   * @param table the table set
   */
  public void given(PacketBatch batch, int protocol, int table) {
    for (int i = 0; i < batch.size(); i++) {
      step(batch, i, StepKind.GIVEN, protocol, table, 0, 0);
    }
  }

  // ---- Packets that go out.

  void sender(PacketBatch batch, long session) {
    senders = batch;
    sender = session;
  }

  /**
   * Chooses among the packets that a path is given.
   *
   * @param batch packets from the header of their protocol on
   * @param path where to
   */
  public void sending(PacketBatch batch, TracedPath path) {
    TraceRecords to = records;
    boolean known = senders == batch;
    senders = null;
    if (to == null) {
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      boolean wanted = to.order.sent() && isFrom(to, path.interfaceIndex())
          && path.isWanted(to.order.filter(), batch, i);
      int number = wanted ? add(to, path.interfaceIndex(), TraceRecords.SENT) : -1;
      mark(batch, i, number);
      if (number >= 0) {
        if (known) {
          to.step(number, StepKind.SESSION, sender, 0, 0, 0);
        }
        to.step(number, StepKind.PATH, path.remoteHigh(), path.remoteLow(), batch.length(i), path.mtuBytes());
      }
    }
  }

  /**
   * Frames are whole, but for the hardware address of the next hop where that is not known.
   *
   * @param batch whole frames
   * @param high half of the next hop's address
   * @param low the other half
   * @param mac its hardware address, or 0
   */
  public void framed(PacketBatch batch, long high, long low, long mac) {
    TraceRecords to = records;
    for (int i = 0; to != null && i < batch.size(); i++) {
      int number = number(batch, i);
      if (number >= 0) {
        to.step(number, StepKind.NEXT_HOP, high, low, mac, 0);
        keep(to, number, batch, i, TraceRecords.LINK);
      }
    }
  }

  /**
   * A card is about to be given frames, among them some that no path has sent.
   *
   * @param batch whole frames
   * @param interfaceIndex of the card
   */
  public void transmitting(PacketBatch batch, int interfaceIndex) {
    TraceRecords to = records;
    if (to == null) {
      return;
    }
    givenCount = Math.min(given.length, batch.size());
    for (int i = 0; i < givenCount; i++) {
      if (!isDecided(batch, i)) {
        boolean wanted = to.order.sent() && isFrom(to, interfaceIndex) && takes(to.order.filter(), batch, i, true);
        mark(batch, i, wanted ? add(to, interfaceIndex, TraceRecords.SENT) : -1);
      }
      given[i] = number(batch, i);
      if (given[i] >= 0) {
        keep(to, given[i], batch, i, TraceRecords.LINK);
      }
    }
  }

  /**
   * A card has taken frames.
   *
   * @param accepted the first so many
   * @param freeSlots how many more it would take
   * @param full counts the others
   */
  public void transmitted(int accepted, int freeSlots, Counter full) {
    TraceRecords to = records;
    for (int i = 0; to != null && i < givenCount; i++) {
      if (given[i] >= 0 && i < accepted) {
        to.step(given[i], StepKind.QUEUED, freeSlots, 0, 0, 0);
      } else if (given[i] >= 0) {
        dropped(given[i], full);
      }
    }
    givenCount = 0;
  }
}
