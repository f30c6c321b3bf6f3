package org.sluice.plugin.tcp;

import org.sluice.spi.transport.ConnectionFlags;

/** A connection for people: the figures that explain why it is as fast as it is. */
final class TcpFormat {
  private TcpFormat() {}

  static String full(TcpConnection c) {
    StringBuilder text = new StringBuilder(400);
    text.append("  snd una ").append(Integer.toUnsignedString(c.sndUna)).append(" nxt +").append(c.flight())
        .append(" wnd ").append(c.sndWnd).append(" scale ").append(c.sndScale).append(" mss ").append(c.mss)
        .append('\n');
    text.append("  rcv nxt ").append(Integer.toUnsignedString(c.rcvNxt)).append(" wnd ").append(c.receiveWindow())
        .append(" scale ").append(c.rcvScale).append('\n');
    if (c.sender == null) {
      text.append("  idle, srtt ").append(c.srttUs).append(" us, var ").append(c.rttvarUs).append(" us, ")
          .append(c.home.congestion.of(c).name()).append('\n');
    } else {
      sender(text, c, c.sender);
    }
    text.append("  timers");
    timer(text, c.is(TcpConnection.PERSIST) ? "persist" : c.is(TcpConnection.LINGER) ? "idle" : "retransmit",
        c.rexmitAtNs, c);
    if (c.sender != null) {
      timer(text, c.sender.reordering ? "reordering" : "tail-probe", c.sender.probeAtNs, c);
    }
    timer(text, "ack", c.ackAtNs, c);
    timer(text, "wait", c.waitAtNs, c);
    timer(text, "keep-alive", c.keepAliveAtNs, c);
    return text.append('\n').toString();
  }

  private static void sender(StringBuilder text, TcpConnection c, Sender q) {
    text.append("  rtt ").append(q.rtt.smoothedUs()).append(" us, var ").append(q.rtt.variationUs()).append(" us, min ")
        .append(q.rtt.minUs()).append(" us, rto ").append(q.rtt.rtoUs()).append(" us\n");
    text.append("  ").append(q.algorithm.name()).append(" cwnd ").append(q.flow.windowBytes());
    long threshold = q.flow.slowStartThresholdBytes();
    text.append(" ssthresh ").append(threshold == Long.MAX_VALUE ? "none" : Long.toString(threshold));
    text.append(c.is(TcpConnection.LOSS) ? " loss" : c.is(TcpConnection.RECOVERY) ? " recovery"
        : c.is(TcpConnection.REDUCED) ? " reduced" : " open");
    text.append(", in flight ").append(q.pipe(c)).append(" sacked ").append(q.segments.sackedBytes()).append(" lost ")
        .append(q.segments.lostBytes()).append(" records ").append(q.segments.count()).append('\n');
    text.append("  delivery ").append(q.rate.bytesPerSecond()).append(" B/s");
    if (c.has(ConnectionFlags.PACED)) {
      text.append(", pacing ").append(q.pacer.bytesPerSecond()).append(" B/s");
    }
    text.append(q.rack.isReorderingSeen() ? ", reordering seen" : "").append('\n');
  }

  private static void timer(StringBuilder text, String name, long atNs, TcpConnection c) {
    if (atNs != TcpConnection.NEVER) {
      text.append(' ').append(name).append(" in ").append((atNs - c.home.worker.nowNs()) / 1_000_000).append(" ms");
    }
  }
}
