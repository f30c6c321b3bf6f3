package org.sluice.testkit.script;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.core.PluginScope;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakePacket;
import org.sluice.testkit.network.FakeStack;

/** One stack with one transport and one application, and the peer that the script speaks for. */
final class ScriptWorld {
  private static final String INTERFACE = "own";
  private static final Duration AFTERMATH = Duration.ofMinutes(3);
  private static final int SEGMENT_BYTES = 8 << 20;
  private static final long SEED = 9293;

  final Simulation simulation;
  final TransportVft transport;
  final TestHost host;
  final ScriptApplication application;
  final Queue<SeenSegment> sent = new ArrayDeque<>();
  final String ownAddress;
  final String peerAddress;
  private final FakeNetwork network;
  private final FakeStack stack;
  private final Map<Integer, ScriptFlow> flows;
  private final PluginScope applications;
  private boolean attached;
  private boolean ending;

  /** What a script can set before anything happens. */
  static final class Setup {
    final Map<String, Object> settings;
    int rxBytes = 256 << 10;
    int txBytes = 256 << 10;
    int maxRxBytes;
    int mtuBytes = 1500;
    int dataWorkers;
    boolean ip6;

    Setup(Map<String, Object> defaults) {
      settings = new HashMap<>(defaults);
    }
  }

  ScriptWorld(Setup setup, Function<HostServices, TransportVft> factory, Map<Integer, ScriptFlow> flows) {
    this.flows = flows;
    ownAddress = setup.ip6 ? "fd00:1::1" : "10.1.0.1";
    peerAddress = setup.ip6 ? "fd00:1::9" : "10.1.0.9";
    simulation = new Simulation(SEED, setup.dataWorkers);
    network = new FakeNetwork(SEED).mtu(setup.mtuBytes).outsider(peerAddress, this::look);
    stack = network.stack(simulation.stack().workers()).address(ownAddress, 0);
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface("loop", INTERFACE));
    simulation.await(() -> plane.addAddress(INTERFACE, IpPrefix.parse(ownAddress + (setup.ip6 ? "/64" : "/8"))));
    host = simulation.host("tcp", setup.settings).with(stack);
    transport = simulation.start(host, simulation.get(0, () -> factory.apply(host)));
    application = new ScriptApplication(flows);
    applications = simulation.stack().scope("applications");
    AttachOptions options = AttachOptions.named("script").with().fifoBytes(setup.rxBytes, setup.txBytes)
        .maxRxFifoBytes(setup.maxRxBytes).segments(SEGMENT_BYTES, SEGMENT_BYTES, 1 << 10).build();
    simulation.await(() -> applications.applications().attach(application, options));
    attached = true;
  }

  // ---- Segments.

  private void look(FakePacket packet) {
    if (ending) {
      refuse(packet.bytes());
      return;
    }
    int own = TcpHeader.sourcePort(packet.bytes(), 0);
    int peers = TcpHeader.destinationPort(packet.bytes(), 0);
    for (ScriptFlow flow : flows.values()) {
      if (flow.ownPort() == own && flow.peerPort() == peers) {
        sent.add(SeenSegment.read(flow, packet.bytes(), packet.ecn(), elapsedNs()));
        return;
      }
    }
    throw new AssertionError("a segment of no flow, from port " + own + " to port " + peers);
  }

  /** When a script is over, the peer resets whatever still comes. */
  private void refuse(MemorySegment m) {
    if ((TcpHeader.flags(m, 0) & TcpHeader.RST) == 0) {
      inject(new SegmentWriter(peerAddress, ownAddress).reset(m), 0);
    }
  }

  void inject(byte[] segment, int ecn) {
    network.inject(peerAddress, ownAddress, segment, ecn, simulation.runtime().clock().nanoTime());
  }

  void mtu(int bytes) {
    network.mtu(bytes);
  }

  // ---- Time.

  long elapsedNs() {
    return simulation.runtime().clock().elapsedNs();
  }

  void run() {
    simulation.run();
  }

  /** Lets time pass until something is sent; stops at the end at the latest. */
  void runUntilSent(long endNs) {
    simulation.run();
    long left = endNs - elapsedNs();
    if (sent.isEmpty() && left > 0) {
      simulation.runtime().runUntil("end of the wait", () -> !sent.isEmpty() || elapsedNs() >= endNs,
          Duration.ofNanos(left));
      simulation.run();
    }
  }

  // ---- Sessions.

  Session session(ScriptFlow flow) {
    Session session = flow.session;
    if (session == null) {
      throw new IllegalArgumentException("the flow has no session");
    }
    return session;
  }

  /** Runs something with the flow's session on its worker. */
  <T> T with(ScriptFlow flow, Function<Session, T> action) {
    Session session = session(flow);
    return simulation.get(Math.max(0, Handle.worker(session.handle())), () -> action.apply(session));
  }

  @Nullable TransportConnection connection(ScriptFlow flow) {
    Session session = flow.session;
    return session == null || session.handle() < 0 ? null
        : simulation.get(Handle.worker(session.handle()),
            () -> simulation.stack().sessions().connection(session.handle()));
  }

  void detach() {
    if (attached) {
      attached = false;
      simulation.await(() -> application.context().detach());
    }
  }

  /** Everybody goes; nothing may be left. */
  void end() {
    ending = true;
    detach();
    simulation.advance(AFTERMATH);
    simulation.requireNothingLeft();
    for (int i = 0; i < simulation.stack().workers().count(); i++) {
      int worker = i;
      int held = simulation.get(i, () -> stack.framesHeld(worker));
      if (held > 0) {
        throw new AssertionError(held + " frames are left on worker " + worker);
      }
    }
    simulation.stop(host);
  }
}
