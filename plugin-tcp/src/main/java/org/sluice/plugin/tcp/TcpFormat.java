package org.sluice.plugin.tcp;

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
    text.append("  rtt ").append(c.srttNs / 1000).append(" us, var ").append(c.rttvarNs / 1000).append(" us, min ")
        .append(c.minRttNs / 1000).append(" us, rto ").append(c.rtoNs / 1000).append(" us\n");
    text.append("  ").append(c.home.congestionControl.name()).append(" cwnd ").append(c.congestion.windowBytes());
    long threshold = c.congestion.slowStartThresholdBytes();
    text.append(" ssthresh ").append(threshold == Long.MAX_VALUE ? "none" : Long.toString(threshold));
    text.append(c.is(TcpConnection.RECOVERY) ? c.is(TcpConnection.LOSS) ? " loss" : " recovery" : " open").append('\n');
    text.append("  timers");
    timer(text, c.is(TcpConnection.PERSIST) ? "persist" : "retransmit", c.rexmitAtNs, c);
    timer(text, "ack", c.ackAtNs, c);
    timer(text, "wait", c.waitAtNs, c);
    timer(text, "keep-alive", c.keepAliveAtNs, c);
    return text.append('\n').toString();
  }

  private static void timer(StringBuilder text, String name, long atNs, TcpConnection c) {
    if (atNs != TcpConnection.NEVER) {
      text.append(' ').append(name).append(" in ").append((atNs - c.nowNs()) / 1_000_000).append(" ms");
    }
  }
}
