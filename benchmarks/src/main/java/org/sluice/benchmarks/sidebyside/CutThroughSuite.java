package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.List;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Taking;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.ours.CallbackConnects;
import org.sluice.benchmarks.sidebyside.ours.CallbackFanOut;
import org.sluice.benchmarks.sidebyside.ours.CallbackRoundTrip;
import org.sluice.benchmarks.sidebyside.ours.CallbackStream;
import org.sluice.benchmarks.sidebyside.ours.IdleCpu;
import org.sluice.benchmarks.sidebyside.ours.IdlePairHeap;
import org.sluice.benchmarks.sidebyside.peers.AeronRoundTrip;
import org.sluice.benchmarks.sidebyside.peers.AeronStream;
import org.sluice.benchmarks.sidebyside.peers.AgronaRoundTrip;
import org.sluice.benchmarks.sidebyside.peers.AgronaStream;
import org.sluice.benchmarks.sidebyside.peers.JctoolsStream;
import org.sluice.benchmarks.sidebyside.peers.NettyStream;
import org.sluice.benchmarks.sidebyside.peers.SocketRoundTrip;
import org.sluice.benchmarks.sidebyside.peers.SocketStream;
import org.sluice.benchmarks.sidebyside.peers.TcpConnects;

/** Local sessions, beside what else moves bytes inside of one machine. */
final class CutThroughSuite {
  /** Nobody is to be faster inside of one process. */
  private static final Goal NOT_SLOWER = Goal.atLeast(1);

  /** The kernel copies twice and is asked twice. */
  private static final Goal TWICE = Goal.atLeast(2);

  private static final Goal CONNECTS = Goal.atLeast(5);
  private static final Goal UNHARMED = Goal.atLeast(0.95);
  private static final Goal NOTHING = Goal.atMost(0);
  private static final Goal ROUND_TRIP_NS = Goal.atMost(150);

  private static final int OUTSTANDING = 64;
  private static final int SESSIONS = 100;

  private final TwoThreads threads;

  CutThroughSuite(TwoThreads threads) {
    this.threads = threads;
  }

  List<Experiment> experiments() {
    List<Scenario> scenarios = List.of(
        stream("stream-64k-copy", 64 << 10, Taking.COPY),
        stream("stream-64k-view", 64 << 10, Taking.SUM),
        stream("stream-1k-copy", 1 << 10, Taking.COPY),
        stream("stream-1k-view", 1 << 10, Taking.SUM),
        stream("stream-64b-copy", 64, Taking.COPY),
        roundTripSpinning(),
        roundTripBlocking(),
        roundTripCallback(),
        connects(),
        slowReader());
    List<Experiment> experiments = new ArrayList<>();
    scenarios.forEach(scenario -> experiments.addAll(scenario.experiments()));
    experiments.add(new IdlePairHeap());
    experiments.add(new IdleCpu());
    return experiments;
  }

  private Scenario stream(String name, int messageBytes, Taking taking) {
    String how = taking == Taking.COPY ? "reader copies" : "reader reads in place";
    Scenario scenario = new Scenario(name, "stream of writes of " + messageBytes + " B, " + how,
        Figure.THROUGHPUT, Figure.RATE, Figure.ALLOCATION);
    scenario.oursUnjudged("callback", CallbackStream.streaming(messageBytes, taking));
    streamPeer(scenario, "agrona", NOT_SLOWER, AgronaStream::new, messageBytes, taking);
    streamPeer(scenario, "aeron", NOT_SLOWER, AeronStream::new, messageBytes, taking);
    streamPeer(scenario, "jctools", NOT_SLOWER, JctoolsStream::new, messageBytes, taking);
    streamPeer(scenario, "netty", NOT_SLOWER, NettyStream::new, messageBytes, taking);
    if (taking == Taking.COPY) {
      streamPeer(scenario, "tcp", TWICE, SocketStream::tcp, messageBytes, taking);
      streamPeer(scenario, "uds", TWICE, SocketStream::unix, messageBytes, taking);
    }
    return scenario;
  }

  private void streamPeer(
      Scenario scenario, String peer, Goal goal, StreamPeer.Factory factory, int messageBytes, Taking taking) {
    scenario.peer(peer, goal, factory.streaming(threads, messageBytes, taking));
  }

  private Scenario roundTripSpinning() {
    Scenario scenario = roundTrip("round-trip-spin", "round trip of 32 B between threads that spin");
    roundTripPeer(scenario, "agrona", NOT_SLOWER, AgronaRoundTrip::new);
    roundTripPeer(scenario, "aeron", NOT_SLOWER, AeronRoundTrip::new);
    roundTripPeer(scenario, "tcp", TWICE, SocketRoundTrip.tcp(false));
    roundTripPeer(scenario, "uds", TWICE, SocketRoundTrip.unix(false));
    return scenario;
  }

  private Scenario roundTripBlocking() {
    Scenario scenario = roundTrip("round-trip-block", "round trip of 32 B between threads that sleep");
    roundTripPeer(scenario, "tcp", NOT_SLOWER, SocketRoundTrip.tcp(true));
    roundTripPeer(scenario, "uds", NOT_SLOWER, SocketRoundTrip.unix(true));
    return scenario;
  }

  private static Scenario roundTripCallback() {
    return new Scenario("round-trip-callback", "round trip of 32 B by callbacks on one worker",
        Figure.MEAN, Figure.P50, Figure.P99, Figure.ALLOCATION)
        .ours(CallbackRoundTrip::open)
        .constant("round-trip-callback", Figure.MEAN, ROUND_TRIP_NS)
        .constant("allocation-per-message", Figure.ALLOCATION, NOTHING);
  }

  private static Scenario roundTrip(String name, String description) {
    return new Scenario(name, description, Figure.MEAN, Figure.P50, Figure.P99);
  }

  private void roundTripPeer(Scenario scenario, String peer, Goal goal, RoundTripPeer.Factory factory) {
    scenario.peer(peer, goal, factory.exchanging(threads));
  }

  private Scenario connects() {
    return new Scenario("connect-" + OUTSTANDING,
        "connect, echo of 1 B and close, " + OUTSTANDING + " at a time", Figure.RATE, Figure.ALLOCATION)
        .ours(CallbackConnects.connecting(OUTSTANDING))
        .peer("tcp", CONNECTS, TcpConnects.connecting(threads, OUTSTANDING))
        .constant("allocation-per-connection", Figure.ALLOCATION, NOTHING);
  }

  private static Scenario slowReader() {
    return new Scenario("slow-reader",
        "what the others of " + SESSIONS + " sessions move while one is not read", Figure.THROUGHPUT)
        .ours(CallbackFanOut.of(SESSIONS, true))
        .peer("no-stall", UNHARMED, CallbackFanOut.of(SESSIONS, false));
  }
}
