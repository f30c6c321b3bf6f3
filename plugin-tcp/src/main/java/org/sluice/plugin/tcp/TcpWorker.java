package org.sluice.plugin.tcp;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.defence.ChallengeAckLimit;
import org.sluice.plugin.tcp.defence.SynCookies;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.TransportConnection;

/** TCP on one worker: the phases and tables that its segments pass through. */
final class TcpWorker {
  static final long NS_PER_US = 1_000;
  static final long TIMESTAMP_TICK_NS = 1_000_000;

  private static final int MAX_MSS = 0xffff;
  /** Who claims that a path takes less is not believed (RFC 1191 section 3: every path takes 68 bytes). */
  private static final int MIN_MSS = 28;

  final int index;
  final Worker worker;
  /** Replaced when it is changed on the console; nothing copies it. */
  TcpConfig config;
  final TcpCounters counters;
  final SessionLayer sessions;
  final Network network;
  final CongestionChoice congestion;
  final ListenerPool listeners;
  final PathTable paths;
  final ConnectionPool connections;
  final SenderPool senders;
  final ReceiverPool receivers;
  final TcpTimers timers;
  final TcpRecovery recovery;
  final TcpEcn ecn;
  final TcpAcks acks;
  final WindowTuning tuning;
  final TcpOutput output;
  final TcpRetransmit retransmit;
  final StatelessOutput stateless;
  final TcpClose close;
  final TimeWaitTable timeWait;
  final TcpOpens opens;
  final TcpListen listen;
  final TcpConnect connect;
  final TcpTrace trace;
  final TcpInput input;
  final TcpErrors errors;
  final TcpCookies cookies;
  final TcpRecorder recorder = new TcpRecorder();

  /** For one handshake at a time. */
  final Handshake agreed = new Handshake();
  final FlowTable.Flow flow = new Scratch();

  private final TcpShared shared;
  private final FlowKey key = new FlowKey();
  private final RandomGenerator random;
  private ChallengeAckLimit challenges;
  private final ControlSlot clear;
  private final ControlSlot algorithmsGone;

  TcpWorker(TcpShared shared, Worker worker, @Nullable TcpConnect connect) {
    this.shared = shared;
    this.worker = worker;
    index = worker.index();
    config = shared.config();
    counters = shared.counters();
    sessions = shared.sessions();
    network = shared.network();
    congestion = shared.congestion();
    listeners = shared.listeners();
    random = new SplittableRandom(shared.random().nextLong());
    challenges = newChallenges();
    long seed = random.nextLong();
    paths = new PathTable(network, config.maxPaths());
    connections = new ConnectionPool(this, config.maxConnections());
    senders = new SenderPool(this, config.idleSenders());
    receivers = new ReceiverPool(config.idleSenders());
    timers = new TcpTimers(this);
    recovery = new TcpRecovery(this);
    ecn = new TcpEcn(this);
    acks = new TcpAcks(this);
    tuning = new WindowTuning(this);
    output = new TcpOutput(this);
    retransmit = new TcpRetransmit(this);
    stateless = new StatelessOutput(this);
    close = new TcpClose(this);
    timeWait = new TimeWaitTable(this, config.maxTimeWait(), seed);
    opens = new TcpOpens(this);
    cookies = new TcpCookies(this, new SynCookies(random, nowUs()));
    listen = new TcpListen(this, seed);
    this.connect = connect == null ? new TcpConnect(this) : connect;
    trace = new TcpTrace(this);
    input = new TcpInput(this, shared.handOver());
    errors = new TcpErrors(this, shared.errorPort());
    clear = worker.newControlSlot(this::clear);
    algorithmsGone = worker.newControlSlot(this::forgetAlgorithms);
  }

  private static final class Scratch extends FlowTable.Flow {}

  private ChallengeAckLimit newChallenges() {
    return new ChallengeAckLimit(config.challengeAcksOfWorker(shared.receivingWorkers()), random);
  }

  /** Goes on with other settings; worker 0 puts them in force for all. Returns true. */
  boolean configure(TcpSettings.Change change) {
    if (index == 0) {
      shared.apply(change);
    }
    boolean otherLimit = config.maxChallengeAcks() != change.config().maxChallengeAcks();
    config = change.config();
    timers.configure(config);
    senders.configure();
    if (otherLimit) {
      challenges = newChallenges();
    }
    return true;
  }

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
    return shared.isns().timestampOffset(keyOf(flow));
  }

  int isn(TransportConnection flow) {
    return shared.isns().next(keyOf(flow), nowUs());
  }

  private FlowKey keyOf(TransportConnection flow) {
    key.set(flow);
    key.scope(protocolId(), flow.table());
    return key;
  }

  /** The turn's time in the unit of recovery and defence, microseconds. */
  long nowUs() {
    return worker.nowNs() / NS_PER_US;
  }

  /** Has the peer prove that it is the peer (RFC 5961). */
  void challenge(TcpConnection c) {
    if (!c.is(TcpConnection.ACK_NOW) && mayChallenge()) {
      c.on(TcpConnection.ACK_NOW);
    }
  }

  /** Whether one more challenge may be sent; counts it either way. */
  boolean mayChallenge() {
    boolean may = challenges.tryTake(nowUs());
    (may ? counters.challengeAcks : counters.limitChallengeAcks).increment(index);
    return may;
  }

  /**
   * The path of a connection takes packets of so many bytes, IP header included: segments become as small, and those
   * that were too large are sent again.
   */
  void onPathMtu(TcpConnection c, int mtuBytes) {
    int fits = Math.max(MIN_MSS, TcpOpens.payloadOf(mtuBytes, c.isIp4(), c.is(TcpConnection.TIMESTAMPS)));
    if (fits < c.mss) {
      recovery.segmentBytes(c, fits);
    }
  }

  /** Algorithms of another plugin are gone. Any context. */
  void algorithmsGone() {
    algorithmsGone.post();
  }

  private void forgetAlgorithms() {
    senders.forgetGone(congestion);
    connections.forgetGone(congestion);
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
    shared.handOver().clear(index);
  }
}
