package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.network.NetworkPlane;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/**
 * A stack with TCP in virtual time, with one connection in each phase, and one more that no input is about: it has to
 * work afterwards. Always the same until the first frame of the input.
 */
final class StackWorld {
  /** Which connection is in which phase. */
  static final int ESTABLISHED = 0;
  static final int ESTABLISHED_6 = 1;
  static final int SYN_SENT = 2;
  static final int SYN_RECEIVED = 3;
  static final int FIN_WAIT = 4;
  static final int LAST_ACK = 5;
  static final int TIME_WAIT = 6;
  static final int WITNESS = 7;

  static final int SERVING = 80;
  static final int CLOSING = 82;

  /** What the stack has in flight on connections that serve. */
  static final int IN_FLIGHT_BYTES = 3000;

  private static final int WITNESSING = 81;
  private static final int DIALLED = 90;
  private static final int FIRST_PEER_PORT = 1000;
  private static final IpAddress WITNESS_ADDRESS = IpAddress.parse("10.0.0.119");
  private static final byte[] PING = "does it still work?".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final Duration AFTERMATH = Duration.ofMinutes(12);
  private static final Duration ROUND_TRIP = Duration.ofSeconds(1);
  private static final int FIFO_BYTES = 16 << 10;
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final Map<String, Object> DEFAULTS = PluginDefaults.of("tcp", TcpTransport.class);
  /** Small, because a world is made for each input. */
  private static final StackLimits LIMITS = new StackLimits(1 << 8, 1 << 10, 1 << 6,
      StackLimits.DEFAULT.maxTransports(), StackLimits.DEFAULT.ports(), StackLimits.DEFAULT.applications(),
      StackLimits.DEFAULT.tx(), StackLimits.DEFAULT.workers(), StackLimits.DEFAULT.sweep());

  private final Peers peers = new Peers(Set.of(Packets.PEER, Packets.PEER_6, Packets.LINK_PEER, WITNESS_ADDRESS));
  private final Card card = new Card(peers::sent);
  private final Simulation simulation = new Simulation(1, 0, LIMITS, List.of(card));
  private final TestHost host;
  private final RecordingApplication server = new RecordingApplication();
  private boolean witnessHit;

  StackWorld() {
    LogFindings.clear();
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface(Card.DRIVER, "w"));
    for (String address : List.of("10.0.0.1/24", "fd00::1/64", "fe80::1/64")) {
      simulation.await(() -> plane.addAddress("w", IpPrefix.parse(address)));
    }
    settle(Duration.ofSeconds(3));
    host = simulation.host("tcp", DEFAULTS);
    simulation.start(host, simulation.get(0, () -> new TcpTransport(host)));
    AttachOptions options = AttachOptions.named("server").with().scopes(Scope.GLOBAL)
        .fifoBytes(FIFO_BYTES, FIFO_BYTES).segments(SEGMENT_BYTES, SEGMENT_BYTES, 1 << 6).build();
    server.onOpen(StackWorld::opened);
    PluginScope scope = simulation.stack().scope("applications");
    simulation.await(() -> scope.applications().attach(server, options));
    for (int port : new int[] {SERVING, WITNESSING, CLOSING}) {
      simulation.await(() -> server.context().listen("tcp://0.0.0.0:" + port));
      simulation.await(() -> server.context().listen("tcp://[::]:" + port));
    }
    openFlows();
  }

  private static void opened(Session session) {
    int port = session.localEndpoint().port();
    if (port == SERVING) {
      session.write(new byte[IN_FLIGHT_BYTES], 0, IN_FLIGHT_BYTES);
    } else if (port == CLOSING) {
      session.close();
    }
  }

  private void openFlows() {
    add(ESTABLISHED, Packets.PEER, SERVING);
    add(ESTABLISHED_6, Packets.PEER_6, SERVING);
    add(SYN_SENT, Packets.PEER, 0);
    add(SYN_RECEIVED, Packets.PEER, SERVING);
    add(FIN_WAIT, Packets.PEER, CLOSING);
    add(LAST_ACK, Packets.PEER, SERVING);
    add(TIME_WAIT, Packets.PEER, CLOSING);
    add(WITNESS, WITNESS_ADDRESS, WITNESSING);
    simulation.on(0, () -> {
      SessionError error = server.context().connect(ConnectOptions.of("tcp://10.0.0.2:" + DIALLED), 1);
      if (error != SessionError.NONE) {
        throw new AssertionError("connect: " + error);
      }
    });
    for (int phase : new int[] {ESTABLISHED, ESTABLISHED_6, SYN_RECEIVED, FIN_WAIT, LAST_ACK, TIME_WAIT, WITNESS}) {
      Flow flow = flow(phase);
      deliver(flow.segment(Flow.PEER_ISS, TcpHeader.SYN, synOptions(), NOTHING), false);
    }
    settle(Duration.ofMillis(1));
    for (int phase : new int[] {ESTABLISHED, ESTABLISHED_6, FIN_WAIT, LAST_ACK, TIME_WAIT, WITNESS}) {
      say(phase, 1, TcpHeader.ACK);
    }
    settle(Duration.ofMillis(1));
    say(LAST_ACK, 1, TcpHeader.FIN | TcpHeader.ACK);
    say(TIME_WAIT, 1, TcpHeader.FIN | TcpHeader.ACK);
    settle(Duration.ofMillis(1));
    for (Flow flow : peers.flows) {
      if (!flow.begun) {
        throw new AssertionError("nothing was answered to port " + flow.peerPort);
      }
    }
  }

  private void add(int phase, IpAddress peer, int hostPort) {
    peers.flows.add(new Flow(peer, phase == SYN_SENT ? DIALLED : FIRST_PEER_PORT + phase,
        peer.isIp4() ? Packets.HOST : Packets.HOST_6, hostPort));
  }

  Flow flow(int phase) {
    return peers.flows.get(phase);
  }

  private static byte[] synOptions() {
    return Packets.join(Packets.bytes(TcpOptions.MSS, 4, 2, 0xd0, TcpOptions.SACK_PERMITTED, 2, 1,
        TcpOptions.WINDOW_SCALE, 3, 2, 1, 1), Flow.timestamps());
  }

  private void say(int phase, int distance, int flags) {
    deliver(flow(phase).segment(Flow.PEER_ISS + distance, flags, Flow.timestamps(), NOTHING), false);
  }

  // ---- The input.

  /** Lets a frame arrive; it is looked at when time passes. */
  void deliver(byte[] frame, boolean checksumGood) {
    card.receive(frame, checksumGood);
  }

  /** The same for a frame of an input. */
  void deliverInput(byte[] frame, boolean checksumGood) {
    witnessHit |= mentionsWitness(frame);
    deliver(frame, checksumGood);
  }

  private static boolean mentionsWitness(byte[] frame) {
    byte[] address = Arrays.copyOfRange(Packets.address(WITNESS_ADDRESS), 12, 16);
    for (int i = 0; i + address.length <= frame.length; i++) {
      if (Arrays.equals(frame, i, i + address.length, address, 0, address.length)) {
        return true;
      }
    }
    return false;
  }

  /** Lets time pass; others on the wire answer meanwhile. */
  void settle(Duration duration) {
    simulation.run();
    List<byte[]> answers = peers.takeAnswers();
    while (!answers.isEmpty()) {
      answers.forEach(answer -> deliver(answer, false));
      simulation.run();
      answers = peers.takeAnswers();
    }
    if (!duration.isZero()) {
      simulation.advance(duration);
      settle(Duration.ZERO);
    }
  }

  // ---- What has to be true afterwards.

  /** Checks all of it, and ends the world. */
  void requireSound() {
    settle(Duration.ofMillis(100));
    long seen = simulation.stack().counters().scope(Stack.OWN_SCOPE).counter("link.received", "").value();
    if (seen != card.receivedCount()) {
      throw new AssertionError(card.receivedCount() + " frames arrived but " + seen + " were counted");
    }
    LogFindings.requireNone();
    if (!witnessHit) {
      requireWitness();
    }
    simulation.await(() -> server.context().detach());
    settle(AFTERMATH);
    simulation.requireNothingLeft();
    if (simulation.fifos() != 0) {
      throw new AssertionError(simulation.fifos() + " FIFOs are left");
    }
    simulation.on(0, card::requireFramesBack);
    simulation.stop(host);
    LogFindings.requireNone();
  }

  private void requireWitness() {
    Flow flow = flow(WITNESS);
    deliver(flow.segment(Flow.PEER_ISS + 1, TcpHeader.ACK | TcpHeader.PSH, Flow.timestamps(), PING), false);
    settle(ROUND_TRIP);
    boolean works = server.logs().stream().anyMatch(log -> Arrays.equals(log.received(), PING));
    if (!works) {
      throw new AssertionError("the connection that the input is not about has ended");
    }
  }

  /** All counters by their whole names. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    simulation.stack().counters().forEach((name, counter) -> counts.put(name, counter.value()));
    return counts;
  }

  /** Makes a frame of the input one about a connection of this world. */
  void relocate(byte[] frame, int phase) {
    witnessHit |= phase == WITNESS;
    Relocation.relocate(MemorySegment.ofArray(frame), frame.length, flow(phase));
  }
}
