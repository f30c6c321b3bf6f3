package org.sluice.plugin.tcp;

import java.util.random.RandomGenerator;
import org.sluice.plugin.tcp.defence.IsnGenerator;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.session.SessionLayer;

/** What the workers of a stack share; constant after {@link #enabled}, but for the configuration. */
final class TcpShared {
  private final TcpSettings settings;
  private final TcpCounters counters;
  private final SessionLayer sessions;
  private final Network network;
  private final CongestionChoice congestion;
  private final ListenerPool listeners;
  private final RandomGenerator random;
  private final IsnGenerator isns;
  private final HandOver handOver;
  private final MessagePort errorPort;
  private final int receivingWorkers;
  private volatile TcpConfig config;
  private volatile int protocolId = -1;

  /**
   * What the workers share.
   *
   * @param handOver takes segments to other workers
   * @param errorPort takes ICMP errors there
   */
  TcpShared(HostServices host, TcpSettings settings, CongestionChoice congestion, HandOver handOver,
      MessagePort errorPort) {
    this.settings = settings;
    this.congestion = congestion;
    this.handOver = handOver;
    this.errorPort = errorPort;
    config = TcpConfig.of(settings.inForce());
    counters = new TcpCounters(host.counters());
    sessions = host.sessions();
    network = host.network();
    random = host.random();
    isns = new IsnGenerator(random);
    listeners = new ListenerPool(config.maxConnections());
    receivingWorkers = Math.max(1, host.workers().count() - 1);
  }

  void enabled(int newProtocolId) {
    protocolId = newProtocolId;
  }

  TcpSettings settings() {
    return settings;
  }

  TcpConfig config() {
    return config;
  }

  /** Puts a change in force. Worker 0. */
  void apply(TcpSettings.Change change) {
    change.apply();
    config = change.config();
    if (!config.congestion().equals(congestion.wanted())) {
      congestion.want(config.congestion());
    }
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

  ListenerPool listeners() {
    return listeners;
  }

  /** For one context at a time: while the workers' parts are made. */
  RandomGenerator random() {
    return random;
  }

  IsnGenerator isns() {
    return isns;
  }

  HandOver handOver() {
    return handOver;
  }

  MessagePort errorPort() {
    return errorPort;
  }

  /** Workers that packets come to. */
  int receivingWorkers() {
    return receivingWorkers;
  }

  int protocolId() {
    return protocolId;
  }
}
