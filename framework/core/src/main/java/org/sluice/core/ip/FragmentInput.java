package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/**
 * Takes the fragments that came in, and gives back the datagrams that they make. All fragments of a datagram are on one
 * worker: cards that choose a queue by ports do so for whole packets only, since one fragment alone has ports. Owned by
 * one worker.
 */
final class FragmentInput {
  /** The field of the IPv6 header that says how long the packet is. */
  private static final int PAYLOAD_LENGTH_6 = 4;
  /** The field of the fragment header that says where the fragment belongs. */
  private static final int FRAGMENT_OFFSET = 2;

  private final Reassembler reassembler;
  private final IcmpErrorOutput errors;
  private final WorkerTrace trace;
  private final PacketBatch whole = new PacketBatch(1);

  FragmentInput(Reassembler reassembler, IcmpErrorOutput errors, WorkerTrace trace) {
    this.trace = trace;
    this.reassembler = reassembler;
    this.errors = errors;
  }

  /** Takes an IPv4 fragment over; whether {@link #whole} is a datagram now. */
  boolean add4(Port port, PacketBatch batch, int i) {
    return isWhole(batch, i,
        reassembler.add4(batch.pool(i).memory(), batch.offset(i), port.table(true), port.index));
  }

  /** Takes an IPv6 fragment over, that is not atomic; whether {@link #whole} is a datagram now. */
  boolean add6(Port port, PacketBatch batch, int i, int distance) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    FragmentVerdict verdict = reassembler.add6(m, at, distance, port.table(false), port.index);
    switch (verdict) {
      case BAD_LENGTH -> errors.send(IcmpProblem.BAD_HEADER, PAYLOAD_LENGTH_6, port, m, at, batch.length(i));
      case TOO_LONG ->
          errors.send(IcmpProblem.BAD_HEADER, distance + FRAGMENT_OFFSET, port, m, at, batch.length(i));
      case INCOMPLETE_CHAIN -> errors.send(IcmpProblem.INCOMPLETE_CHAIN, 0, port, m, at, batch.length(i));
      case KEPT, WHOLE, DROPPED -> {}
    }
    return isWhole(batch, i, verdict);
  }

  private boolean isWhole(PacketBatch batch, int i, FragmentVerdict verdict) {
    if (trace.isOpen()) {
      trace.fragment(batch, i, verdict == FragmentVerdict.KEPT, verdict == FragmentVerdict.WHOLE);
    }
    // The datagram has the record of the fragment that completed it.
    int record = batch.flags(i) & PacketFlags.TRACE;
    batch.pool(i).release(batch.offset(i));
    if (verdict != FragmentVerdict.WHOLE) {
      return false;
    }
    whole.clear();
    whole.add(reassembler.pool(), reassembler.wholeOffset(), reassembler.wholeLength(), record);
    return true;
  }

  /** The datagram that the last fragment completed; the receiver has its frame. */
  PacketBatch whole() {
    return whole;
  }

  /** Takes the fragment header out of a packet that is no fragment of anything (RFC 6946). */
  static void unwrap(PacketBatch batch, int i, int distance) {
    long moved = Reassembler.unwrapAtomic(batch.pool(i).memory(), batch.offset(i), distance);
    batch.bounds(i, moved, batch.length(i) - Ip6Extensions.FRAGMENT_LENGTH);
  }
}
