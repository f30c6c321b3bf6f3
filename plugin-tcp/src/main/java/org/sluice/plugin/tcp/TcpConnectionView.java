package org.sluice.plugin.tcp;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.TransportConnection;

/**
 * A connection for people: a row, and the figures that explain why it is as fast as it is. Made on the connection's
 * worker; read by consoles.
 */
final class TcpConnectionView {
  /** Has no handle of a connection yet. */
  private static final String NONE = "-";
  /** A state that no connection has: RFC 9293 knows it, here handshakes are in it. */
  private static final String SYN_RCVD = "SYN_RCVD";

  private final String connection;
  private final Object[] row;
  private final List<Property> properties = new ArrayList<>();

  /** A group of figures. */
  record Property(String name, String value) {}

  /** Reads a connection. On its worker. */
  TcpConnectionView(TcpConnection c) {
    connection = Handle.text(c.handle());
    Sender q = c.sender;
    row = new Object[] {connection, c.localEndpoint().toString(), c.remoteEndpoint().toString(), c.state.name(),
        q == null ? c.srttUs : q.rtt.smoothedUs(), q == null ? 0 : q.flow.windowBytes(), c.flightPayload(), c.sndWnd,
        c.receiveWindow()};
  }

  private TcpConnectionView(TransportConnection flow, String state, int sendWindow, int receiveWindow) {
    connection = NONE;
    row = new Object[] {connection, flow.localEndpoint().toString(), flow.remoteEndpoint().toString(), state, 0L, 0L,
        0L, sendWindow, receiveWindow};
    add("flow", row[1] + " to " + row[2] + ", " + state);
  }

  /** Reads a connect that waits for its answer. On worker 0. */
  static TcpConnectionView of(HalfOpenConnection h, TcpWorker main) {
    TcpConnectionView view =
        new TcpConnectionView(h, TcpState.SYN_SENT.name(), 0, main.config.synWindowBytes());
    view.add("options", options(h.handshake));
    view.add("timers", "SYN " + h.syns + " sent, " + in("next", h.timer.deadlineNs(), main));
    return view;
  }

  /** Reads a handshake that a peer has begun. On its worker. */
  static TcpConnectionView of(TcpListen.Request request, TcpWorker home) {
    TcpConnectionView view = new TcpConnectionView(
        request, SYN_RCVD, request.handshake.peerWindow, home.config.synWindowBytes());
    view.add("options", options(request.handshake));
    view.add("timers", "SYN-ACK " + (request.retries() + 1) + " sent, " + in("next", request.dueNs(), home));
    return view;
  }

  private static String options(Handshake h) {
    List<String> set = new ArrayList<>();
    flag(set, h.timestamps, "timestamps");
    flag(set, h.sack, "sack");
    flag(set, h.ecn, "ecn");
    return String.join(", ", set);
  }

  /** Reads everything. On the connection's worker. */
  static TcpConnectionView full(TcpConnection c) {
    TcpConnectionView view = new TcpConnectionView(c);
    view.add("options", options(c));
    view.add("send", "una " + Integer.toUnsignedString(c.sndUna) + ", nxt +" + c.flight() + ", window " + c.sndWnd
        + " of " + c.maxSndWnd + ", scale " + c.sndScale + ", mss " + c.mss);
    view.add("receive", "nxt " + Integer.toUnsignedString(c.rcvNxt) + ", window " + c.receiveWindow() + ", scale "
        + c.rcvScale + ", fifo " + Math.max(0, c.home.sessions.rxCapacity(c)) + ", round trip " + c.roundUs + " us");
    Sender sender = c.sender;
    if (sender == null) {
      view.add("timing", "rtt " + c.srttUs + " us, variation " + c.rttvarUs + " us");
      view.add("congestion", c.home.congestion.of(c).name() + ", idle");
    } else {
      view.sending(c, sender);
    }
    view.add("recovery", recovery(c) + ", timeouts in a row " + c.retries);
    view.add("timers", timers(c));
    view.add("ends", ends(c));
    return view;
  }

  private void sending(TcpConnection c, Sender q) {
    add("timing", "rtt " + q.rtt.smoothedUs() + " us, variation " + q.rtt.variationUs() + " us, least "
        + q.rtt.minUs() + " us, rto " + q.rtt.rtoUs() + " us");
    long threshold = q.flow.slowStartThresholdBytes();
    add("congestion", q.algorithm.name() + ", cwnd " + q.flow.windowBytes() + ", ssthresh "
        + (threshold == Long.MAX_VALUE ? "none" : Long.toString(threshold)));
    add("flight", q.pipe(c) + " in the network, sacked " + q.segments.sackedBytes() + ", lost "
        + q.segments.lostBytes() + ", segments " + q.segments.count()
        + (q.rack.isReorderingSeen() ? ", reordering seen" : ""));
    add("delivery", q.rate.bytesPerSecond() + " B/s" + (q.rate.isAppLimited() ? " of the application" : "")
        + (c.has(ConnectionFlags.PACED) ? ", paced at " + q.pacer.bytesPerSecond() + " B/s" : ""));
  }

  private static String recovery(TcpConnection c) {
    if (c.is(TcpConnection.LOSS)) {
      return "loss";
    }
    return c.is(TcpConnection.RECOVERY) ? "fast" : c.is(TcpConnection.REDUCED) ? "reduced" : "none";
  }

  private static String options(TcpConnection c) {
    List<String> set = new ArrayList<>();
    flag(set, c, TcpConnection.TIMESTAMPS, "timestamps");
    flag(set, c, TcpConnection.SACK, "sack");
    flag(set, c, TcpConnection.ECN, "ecn");
    flag(set, c, TcpConnection.NO_DELAY, "no-delay");
    return String.join(", ", set);
  }

  private static String ends(TcpConnection c) {
    List<String> set = new ArrayList<>();
    flag(set, c, TcpConnection.CLOSED_BY_APPLICATION, "closed by the application");
    flag(set, c, TcpConnection.FIN_WANTED, "FIN wanted");
    flag(set, c, TcpConnection.FIN_SENT, "FIN sent");
    flag(set, c, TcpConnection.FIN_AHEAD, "peer's FIN behind a gap");
    return String.join(", ", set);
  }

  private static void flag(List<String> set, TcpConnection c, int bit, String word) {
    flag(set, c.is(bit), word);
  }

  private static void flag(List<String> set, boolean isSet, String word) {
    if (isSet) {
      set.add(word);
    }
  }

  private static String timers(TcpConnection c) {
    List<String> armed = new ArrayList<>();
    timer(armed, c.is(TcpConnection.PERSIST) ? "persist" : c.is(TcpConnection.LINGER) ? "idle" : "retransmit",
        c.rexmitAtNs, c);
    if (c.sender != null) {
      timer(armed, c.sender.reordering ? "reordering" : "tail probe", c.sender.probeAtNs, c);
    }
    timer(armed, "ack", c.ackAtNs, c);
    timer(armed, "wait", c.waitAtNs, c);
    timer(armed, "keep-alive", c.keepAliveAtNs, c);
    return String.join(", ", armed);
  }

  private static void timer(List<String> armed, String name, long atNs, TcpConnection c) {
    if (atNs != TcpConnection.NEVER) {
      armed.add(in(name, atNs, c.home));
    }
  }

  private static String in(String name, long atNs, TcpWorker home) {
    return name + " in " + (atNs - home.worker.nowNs()) / 1_000_000 + " ms";
  }

  private void add(String name, String value) {
    if (!value.isEmpty()) {
      properties.add(new Property(name, value));
    }
  }

  static void beginRows(ConsoleOutput output) {
    output.table("connections", Column.of("Connection", 10), Column.of("Local", 20), Column.of("Remote", 20),
        Column.of("State", 11), Column.of("RTT us", -7), Column.of("Cwnd", -9), Column.of("Flight", -9),
        Column.of("Snd wnd", -9), Column.of("Rcv wnd", -9));
  }

  void printRow(ConsoleOutput output) {
    output.row(row);
  }

  static void beginDetails(ConsoleOutput output) {
    output.table("details", Column.of("Connection", 10), Column.of("Property", 11), Column.of("Value"));
  }

  void printDetails(ConsoleOutput output) {
    properties.forEach(property -> output.row(connection, property.name(), property.value()));
  }

  /** All of it as lines, indented, each ended by a line break. */
  String text() {
    StringBuilder text = new StringBuilder();
    properties.forEach(one -> text.append("  ").append(one.name()).append(": ").append(one.value()).append('\n'));
    return text.toString();
  }
}
