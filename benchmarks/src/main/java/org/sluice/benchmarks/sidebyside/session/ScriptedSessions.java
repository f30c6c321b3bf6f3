package org.sluice.benchmarks.sidebyside.session;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.sluice.benchmarks.sidebyside.measure.ClassHistogram;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedTransport;

/** A stack of one worker, in virtual time, with a transport that answers connects when it is told to. */
final class ScriptedSessions {
  private static final int BATCH = 1000;
  /** The transport makes up 64 000 local ports, one for a connect and one for its answer. */
  private static final int PER_REMOTE = 25_000;
  private static final int SEGMENT_BYTES = 64 << 20;
  private static final int MOST_SEGMENTS = 64;
  private static final int FIFO_BYTES = 4 << 10;

  final Simulation simulation;
  final ScriptedTransport transport;
  final ApplicationContext application;
  private int connects;

  ScriptedSessions(int most) {
    StackLimits limits = StackLimits.DEFAULT;
    ApplicationLimits a = limits.applications();
    simulation = new Simulation(1, 0, limits.with(new ApplicationLimits(a.maxApplications(), a.maxListeners(),
        a.maxWorkersPerApplication(), most, a.maxNamespaces(), a.segmentLingerNs())));
    TestHost host = simulation.host("benchmarks", Map.of());
    transport = new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of()), host);
    simulation.await(() -> host.scope().registerTransport(transport));
    AttachOptions options = AttachOptions.named("benchmark").with().scopes(Scope.GLOBAL).maxConnects(most)
        .fifoBytes(FIFO_BYTES, FIFO_BYTES).segments(SEGMENT_BYTES, SEGMENT_BYTES, MOST_SEGMENTS).build();
    application = simulation.await(() -> host.scope().applications().attach(new Application() {}, options));
  }

  /** Begins so many connects, a multiple of 1000. */
  void connect(int count) {
    ConnectOptions[] options = new ConnectOptions[BATCH];
    long[] opaques = new long[BATCH];
    for (int begun = 0; begun < count; begun += BATCH) {
      int remote = 7000 + connects / PER_REMOTE;
      Arrays.fill(options, ConnectOptions.of("script://127.0.0.1:" + remote));
      int done = application.connectAll(options, opaques, BATCH);
      if (done != BATCH) {
        throw new IllegalStateException("of " + BATCH + " connects only " + done + " were begun");
      }
      connects += BATCH;
      simulation.run();
    }
  }

  /** Reports what the session layer keeps per session, by part. */
  static void report(Report report, String name, ClassHistogram growth, int count) {
    Predicate<String> objects = type -> type.startsWith("org.sluice.core.session.");
    // Of the pool: the objects by slot, and the numbers of free slots and of generations.
    Predicate<String> places = type -> type.startsWith("[Lorg.sluice.core.session.") || type.equals("[I");
    Predicate<String> flows = type -> type.equals("[J");
    report.value(name + ".object", per(growth.sum(objects), count), "B");
    report.value(name + ".place", per(growth.sum(places), count), "B");
    report.value(name + ".lookup-entry", per(growth.sum(flows), count), "B");
  }

  static double session(ClassHistogram growth, int count) {
    return (double) growth.sum(type -> type.contains("org.sluice.core.session.") || type.equals("[I")) / count;
  }

  static Quartiles per(long bytes, int count) {
    return Quartiles.of((double) bytes / count);
  }
}
