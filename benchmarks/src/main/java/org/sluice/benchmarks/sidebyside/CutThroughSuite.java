package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.experiment.Aim;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Taking;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.ours.CallbackConnects;
import org.sluice.benchmarks.sidebyside.ours.CallbackFanOut;
import org.sluice.benchmarks.sidebyside.ours.CallbackRoundTrip;
import org.sluice.benchmarks.sidebyside.ours.CallbackStream;
import org.sluice.benchmarks.sidebyside.ours.IdleCpu;
import org.sluice.benchmarks.sidebyside.ours.IdlePairHeap;
import org.sluice.benchmarks.sidebyside.ours.ThreadRoundTrip;
import org.sluice.benchmarks.sidebyside.ours.ThreadStream;
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
  private static final Goal NOT_LESS = Goal.atLeast(1);
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
        stream("stream-64k-copy", 64 << 10, Taking.COPY, NOT_LESS, Goal.atLeast(1.2)),
        stream("stream-64k-view", 64 << 10, Taking.SUM, NOT_LESS, Goal.atLeast(1.2)),
        stream("stream-1k-copy", 1 << 10, Taking.COPY, null, NOT_LESS),
        stream("stream-1k-view", 1 << 10, Taking.SUM, null, NOT_LESS),
        stream("stream-64b-copy", 64, Taking.COPY, null, Goal.atLeast(0.8)),
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

  private Scenario stream(String name, int messageBytes, Taking taking, @Nullable Goal agrona, @Nullable Goal aeron) {
    String how = taking == Taking.COPY ? "reader copies" : "reader reads in place";
    Scenario scenario = new Scenario(name, "stream of writes of " + messageBytes + " B, " + how,
        Figure.THROUGHPUT, Figure.RATE, Figure.ALLOCATION);
    scenario.ours(ThreadStream.of(taking).streaming(threads, messageBytes, taking));
    scenario.oursUnjudged("callback", CallbackStream.streaming(messageBytes, taking));
    scenario.peer("agrona", streaming(AgronaStream::new, messageBytes, taking), aims(agrona));
    scenario.peer("aeron", streaming(AeronStream::new, messageBytes, taking), aims(aeron));
    scenario.peer("jctools", streaming(JctoolsStream::new, messageBytes, taking));
    scenario.peer("netty", streaming(NettyStream::new, messageBytes, taking));
    if (taking == Taking.COPY) {
      scenario.peer("tcp", streaming(SocketStream::tcp, messageBytes, taking));
      scenario.peer("uds", streaming(SocketStream::unix, messageBytes, taking));
    }
    return scenario;
  }

  private Contender.Opener streaming(StreamPeer.Factory factory, int messageBytes, Taking taking) {
    return factory.streaming(threads, messageBytes, taking);
  }

  private static Aim[] aims(@Nullable Goal throughput) {
    return throughput == null ? new Aim[0] : new Aim[] {new Aim(Figure.THROUGHPUT, throughput)};
  }

  private Scenario roundTripSpinning() {
    return roundTrip("round-trip-spin", "round trip of 32 B between threads that spin", Long.MAX_VALUE)
        .peer("agrona", exchanging(AgronaRoundTrip::new), new Aim(Figure.MEAN, Goal.atMost(1.2)),
            new Aim(Figure.P50, Goal.atMost(1.2)), new Aim(Figure.P99, Goal.atMost(1.4)))
        .peer("aeron", exchanging(AeronRoundTrip::new))
        .peer("tcp", exchanging(SocketRoundTrip.tcp(false)))
        .peer("uds", exchanging(SocketRoundTrip.unix(false)));
  }

  private Scenario roundTripBlocking() {
    return roundTrip("round-trip-block", "round trip of 32 B between threads that sleep", 0)
        .peer("uds", exchanging(SocketRoundTrip.unix(true)), new Aim(Figure.P50, Goal.atMost(1.1)))
        .peer("tcp", exchanging(SocketRoundTrip.tcp(true)));
  }

  private Scenario roundTrip(String name, String description, long spinNs) {
    return new Scenario(name, description, Figure.MEAN, Figure.P50, Figure.P99)
        .ours(exchanging(ThreadRoundTrip.spinning(spinNs)));
  }

  private Contender.Opener exchanging(RoundTripPeer.Factory factory) {
    return factory.exchanging(threads);
  }

  private static Scenario roundTripCallback() {
    return new Scenario("round-trip-callback", "round trip of 32 B by callbacks on one worker",
        Figure.MEAN, Figure.P50, Figure.P99, Figure.ALLOCATION)
        .ours(CallbackRoundTrip::open)
        .constant("round-trip-callback", Figure.MEAN, ROUND_TRIP_NS)
        .constant("allocation-per-message", Figure.ALLOCATION, NOTHING);
  }

  private Scenario connects() {
    return new Scenario("connect-" + OUTSTANDING,
        "connect, echo of 1 B and close, " + OUTSTANDING + " at a time", Figure.RATE, Figure.ALLOCATION)
        .ours(CallbackConnects.connecting(OUTSTANDING))
        .peer("tcp", TcpConnects.connecting(threads, OUTSTANDING), new Aim(Figure.RATE, Goal.atLeast(10)))
        .constant("allocation-per-connection", Figure.ALLOCATION, NOTHING);
  }

  private static Scenario slowReader() {
    return new Scenario("slow-reader",
        "what the others of " + SESSIONS + " sessions move while one is not read", Figure.THROUGHPUT)
        .ours(CallbackFanOut.of(SESSIONS, true))
        .peer("no-stall", CallbackFanOut.of(SESSIONS, false), new Aim(Figure.THROUGHPUT, UNHARMED));
  }
}
