package org.sluice.plugin.tcp;

import org.sluice.spi.network.Network;
import org.sluice.spi.session.SessionLayer;

/** What the workers of a stack share; constant after {@link #enabled}. */
final class TcpShared {
  private final TcpConfig config;
  private final TcpCounters counters;
  private final SessionLayer sessions;
  private final Network network;
  private final CongestionChoice congestion;
  private final InitialSequences isns;
  private volatile int protocolId = -1;

  TcpShared(TcpConfig config, TcpCounters counters, SessionLayer sessions, Network network,
      CongestionChoice congestion, InitialSequences isns) {
    this.config = config;
    this.counters = counters;
    this.sessions = sessions;
    this.network = network;
    this.congestion = congestion;
    this.isns = isns;
  }

  void enabled(int newProtocolId) {
    protocolId = newProtocolId;
  }

  TcpConfig config() {
    return config;
  }

  TcpCounters counters() {
    return counters;
  }

  SessionLayer sessions() {
    return sessions;
  }

  Network network() {
    return network;
  }

  CongestionChoice congestion() {
    return congestion;
  }

  InitialSequences isns() {
    return isns;
  }

  int protocolId() {
    return protocolId;
  }
}
