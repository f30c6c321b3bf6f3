package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;

/**
 * The frames that wait for hardware addresses, of all neighbours together: each lies in a line of its neighbour and in
 * one of all. Both have a bound, at which the oldest frame makes room, because a frame that waits is one that nobody
 * can send with. Worker 0.
 */
final class WaitingPackets {
  private final int most;
  private final int mostOfOne;
  private final int worker;
  private final IpCounters counters;
  private @Nullable Packet oldest;
  private @Nullable Packet newest;
  private @Nullable Packet free;
  private int count;

  /** One frame and its places in both lines. */
  private static final class Packet {
    private final PacketBatch frame = new PacketBatch(1);
    private @Nullable Line line;
    private @Nullable Packet older;
    private @Nullable Packet newer;
    private @Nullable Packet nextInLine;
  }

  /** The frames of one neighbour. The first of them is older than the others in both lines. */
  static final class Line {
    private @Nullable Packet first;
    private @Nullable Packet last;
    private int count;

    int count() {
      return count;
    }
  }

  WaitingPackets(int most, int mostOfOne, int worker, IpCounters counters) {
    this.most = most;
    this.mostOfOne = mostOfOne;
    this.worker = worker;
    this.counters = counters;
  }

  /** Takes a frame over. */
  void add(Line line, PacketBatch batch, int i) {
    if (line.count == mostOfOne) {
      dropFirst(line, Drop.NEIGHBOR_QUEUE);
    }
    Packet eldest = oldest;
    if (count == most && eldest != null && eldest.line != null) {
      dropFirst(eldest.line, Drop.NEIGHBOR_WAITING);
    }
    Packet packet = free;
    if (packet == null) {
      packet = new Packet();
    } else {
      free = packet.nextInLine;
      packet.nextInLine = null;
    }
    packet.frame.add(batch, i);
    append(packet, line);
  }

  private void append(Packet packet, Line line) {
    packet.line = line;
    Packet before = newest;
    packet.older = before;
    if (before == null) {
      oldest = packet;
    } else {
      before.newer = packet;
    }
    newest = packet;
    count++;
    Packet end = line.last;
    if (end == null) {
      line.first = packet;
    } else {
      end.nextInLine = packet;
    }
    line.last = packet;
    line.count++;
  }

  /** Moves the oldest frames of a line to a batch, as many as it has room for. */
  void take(Line line, PacketBatch to) {
    for (Packet first = line.first; first != null && to.size() < to.capacity(); first = line.first) {
      to.add(first.frame, 0);
      removeFirst(line, first);
    }
  }

  /** Drops all frames of a line. */
  void drop(Line line, Drop reason) {
    while (line.count > 0) {
      dropFirst(line, reason);
    }
  }

  private void dropFirst(Line line, Drop reason) {
    Packet first = line.first;
    if (first != null) {
      counters.drop(reason, worker, first.frame, 0);
      removeFirst(line, first);
    }
  }

  private void removeFirst(Line line, Packet first) {
    line.first = first.nextInLine;
    if (line.first == null) {
      line.last = null;
    }
    line.count--;
    Packet older = first.older;
    Packet newer = first.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    count--;
    first.frame.clear();
    first.line = null;
    first.older = null;
    first.newer = null;
    first.nextInLine = free;
    free = first;
  }
}
