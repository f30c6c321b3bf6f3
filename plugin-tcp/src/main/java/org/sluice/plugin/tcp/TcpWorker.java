package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.TransportConnection;

/** TCP on one worker: the phases and tables that its segments pass through. */
final class TcpWorker {
  /** How long a timestamp is worth comparing (RFC 7323 section 5.5). */
  static final long TIMESTAMP_LIFE_NS = 24L * 24 * 3600 * 1_000_000_000;

  private static final long TIMESTAMP_TICK_NS = 1_000_000;
  private static final int MAX_MSS = 0xffff;

  final int index;
  final Worker worker;
  final TcpConfig config;
  final TcpCounters counters;
  final SessionLayer sessions;
  final Network network;
  final CongestionControl congestionControl;
  final PathTable paths;
  final ConnectionPool connections;
  final TcpTimers timers;
  final TcpRecovery recovery;
  final TcpAcks acks;
  final TcpOutput output;
  final StatelessOutput stateless;
  final TcpClose close;
  final TimeWaitTable timeWait;
  final TcpOpens opens;
  final TcpListen listen;
  final TcpConnect connect;
  final TcpInput input;

  /** For one handshake at a time. */
  final Handshake agreed = new Handshake();
  final FlowTable.Flow flow = new Scratch();

  private final TcpShared shared;
  private final ControlSlot clear;

  TcpWorker(TcpShared shared, Worker worker, @Nullable TcpConnect connect) {
    this.shared = shared;
    this.worker = worker;
    index = worker.index();
    config = shared.config();
    counters = shared.counters();
    sessions = shared.sessions();
    network = shared.network();
    congestionControl = shared.congestionControl();
    paths = new PathTable(network, config.maxPaths());
    connections = new ConnectionPool(this, config.maxConnections());
    timers = new TcpTimers(this);
    recovery = new TcpRecovery(this);
    acks = new TcpAcks(this);
    output = new TcpOutput(this);
    stateless = new StatelessOutput(this);
    close = new TcpClose(this);
    timeWait = new TimeWaitTable(this, config.maxTimeWait());
    opens = new TcpOpens(this);
    listen = new TcpListen(this);
    this.connect = connect == null ? new TcpConnect(this) : connect;
    input = new TcpInput(this);
    clear = worker.newControlSlot(this::clear);
  }

  private static final class Scratch extends FlowTable.Flow {}

  int protocolId() {
    return shared.protocolId();
  }

  /** The path of a flow, with one more user; null when there is none. */
  PathTable.@Nullable Entry path(TransportConnection flow, int dscp) {
    PathTable.Key probe = paths.probe();
    probe.localHigh = flow.localHigh();
    probe.localLow = flow.localLow();
    probe.remoteHigh = flow.remoteHigh();
    probe.remoteLow = flow.remoteLow();
    probe.table = flow.table();
    probe.interfaceIndex = flow.interfaceIndex();
    probe.dscp = dscp;
    return paths.acquire();
  }

  /** The own maximum segment size (RFC 9293 section 3.7.1): options do not count. */
  int ownMss(Path path, int wanted) {
    int most = Math.min(MAX_MSS, path.mtuBytes() - TcpHeader.MIN_LENGTH);
    return wanted > 0 ? Math.min(wanted, most) : most;
  }

  /** The timestamp clock: milliseconds, shifted for each flow. */
  int timestamp(int offset) {
    return (int) (worker.nowNs() / TIMESTAMP_TICK_NS) + offset;
  }

  int timestampOffset(TransportConnection flow) {
    return shared.isns().timestampOffset(flow.localHigh() ^ flow.localLow(), flow.remoteHigh() ^ flow.remoteLow(),
        flow.localPort(), flow.remotePort());
  }

  int isn(TransportConnection flow) {
    return shared.isns().next(flow.localHigh() ^ flow.localLow(), flow.remoteHigh() ^ flow.remoteLow(),
        flow.localPort(), flow.remotePort(), worker.nowNs());
  }

  /** Has the peer prove that it is the peer (RFC 5961). */
  void challenge(TcpConnection c) {
    counters.challengeAcks.increment(index);
    c.on(TcpConnection.ACK_NOW);
  }

  // ---- The end of the plugin.

  /** Forgets everything in a later turn, when no connection is left. Worker 0. */
  void end() {
    timeWait.releasePorts();
    clear.post();
  }

  private void clear() {
    listen.clear();
    timeWait.clear();
    paths.clear();
  }
}
