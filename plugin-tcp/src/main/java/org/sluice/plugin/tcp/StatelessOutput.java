package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.transport.TransportConnection;

/** Segments that no established connection sends: SYN, SYN-ACK, and answers to what fits nothing. One per worker. */
final class StatelessOutput {
  private final TcpWorker home;
  private final PacketBatch batch = new PacketBatch(1);

  StatelessOutput(TcpWorker home) {
    this.home = home;
  }

  /**
   * Sends a SYN or SYN-ACK; returns false when it could not.
   *
   * @param flow whose addresses and ports count
   * @param offer what is offered, for a SYN-ACK what was agreed on
   */
  boolean syn(TransportConnection flow, Handshake offer, int flags, int seq, int ack) {
    return syn(flow, offer, flags, seq, ack, home.timestamp(offer.tsOffset));
  }

  /** The same with a timestamp that says more than the time. */
  boolean syn(TransportConnection flow, Handshake offer, int flags, int seq, int ack, int tsValue) {
    PathTable.Entry path = home.path(flow, offer.dscp);
    if (path == null) {
      home.counters.noPath.increment(home.index);
      return false;
    }
    boolean sent = begin(path);
    if (sent) {
      MemorySegment m = batch.pool(0).memory();
      long at = batch.offset(0);
      int options = TcpHeaders.synOptions(m, at + TcpHeader.MIN_LENGTH, home.ownMss(path.path(), offer.wantedMss),
          offer.scale, offer.sack, offer.timestamps, tsValue, offer.tsRecent);
      // A window of a SYN is never scaled (RFC 7323 section 2.2).
      int window = home.config.synWindowBytes();
      finish(path, flow.localPort(), flow.remotePort(), seq, ack, flags, window, options);
    }
    home.paths.release(path);
    return sent;
  }

  /** Answers a segment that belongs to nothing (RFC 9293 section 3.10.7.1), but never a reset. */
  void refuse(TcpSegment segment) {
    if (segment.has(TcpHeader.RST)) {
      return;
    }
    boolean acks = segment.has(TcpHeader.ACK);
    int seq = acks ? segment.ack : 0;
    int ack = acks ? 0 : segment.seq + segment.sequenceLength();
    home.counters.resetsOut.increment(home.index);
    answer(segment, seq, ack, acks ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK);
  }

  /** Acknowledges in the name of a flow that has no connection, with timestamps where it has them. */
  void acknowledge(TransportConnection flow, int seq, int ack, int window, boolean stamps, int tsOffset,
      int tsRecent) {
    PathTable.Entry path = home.path(flow, 0);
    if (path == null) {
      home.counters.noPath.increment(home.index);
      return;
    }
    if (begin(path)) {
      if (stamps) {
        TcpHeaders.timestamps(batch.pool(0).memory(), batch.offset(0) + TcpHeader.MIN_LENGTH, home.timestamp(tsOffset),
            tsRecent);
      }
      int options = stamps ? TcpHeaders.TIMESTAMPS_BYTES : 0;
      finish(path, flow.localPort(), flow.remotePort(), seq, ack, TcpHeader.ACK, window, options);
    }
    home.paths.release(path);
  }

  private void answer(TcpSegment segment, int seq, int ack, int flags) {
    PathTable.Key probe = home.paths.probe();
    probe.localHigh = segment.localHigh;
    probe.localLow = segment.localLow;
    probe.remoteHigh = segment.remoteHigh;
    probe.remoteLow = segment.remoteLow;
    probe.table = segment.table;
    probe.interfaceIndex = segment.scope();
    probe.dscp = 0;
    PathTable.Entry path = home.paths.acquire();
    if (path == null) {
      home.counters.noPath.increment(home.index);
      return;
    }
    if (begin(path)) {
      finish(path, segment.localPort, segment.remotePort, seq, ack, flags, 0, 0);
    }
    home.paths.release(path);
  }

  private boolean begin(PathTable.Entry path) {
    if (path.path().allocate(batch, 1) == 0) {
      home.counters.noFrames.increment(home.index);
      return false;
    }
    return true;
  }

  private void finish(PathTable.Entry path, int localPort, int remotePort, int seq, int ack, int flags, int window,
      int optionBytes) {
    MemorySegment m = batch.pool(0).memory();
    long at = batch.offset(0);
    int length = TcpHeader.MIN_LENGTH + optionBytes;
    batch.bounds(0, at, length);
    TcpHeader.ports(m, at, localPort, remotePort);
    TcpHeader.sequences(m, at, seq, ack);
    TcpHeader.control(m, at, length, flags, window);
    TcpHeaders.checksum(batch, 0, path, path.path());
    home.counters.segmentsOut.increment(home.index);
    path.path().send(batch);
  }
}
