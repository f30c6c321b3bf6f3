package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** More connects at a time than there are ports, none of them answered. */
@Timeout(60)
class ManyPendingConnectsTest {
  private static final int CONNECTS = 100_000;
  private static final int BATCH = 1000;
  /** More than the objects that are kept. */
  private static final int AGAIN = 6000;
  /** Of what the connects took, so much may stay: numbers of slots, and objects for the next connects. */
  private static final double MOST_KEPT = 0.1;

  private final ScriptedWorld w = world();

  private static ScriptedWorld world() {
    StackLimits limits = StackLimits.DEFAULT;
    ApplicationLimits a = limits.applications();
    ApplicationLimits raised = new ApplicationLimits(a.maxApplications(), a.maxListeners(),
        a.maxWorkersPerApplication(), CONNECTS, a.maxNamespaces(), a.segmentLingerNs());
    return new ScriptedWorld(1, 0, TxMode.DEQUEUE, limits.with(raised),
        ScriptedWorld.options("application", 8 << 20).with().maxConnects(CONNECTS).build());
  }

  private void connect(int count) {
    ConnectOptions[] options = new ConnectOptions[BATCH];
    for (int i = 0; i < BATCH; i++) {
      options[i] = ConnectOptions.of("script://192.0.2." + (1 + i % 2) + ":7000");
    }
    long[] opaques = new long[BATCH];
    for (int begun = 0; begun < count; begun += BATCH) {
      assertThat(w.application.context().connectAll(options, opaques, BATCH)).isEqualTo(BATCH);
      w.run();
    }
  }

  private List<PendingConnect> pending() {
    return w.simulation.await(() -> w.application.context().pendingConnects());
  }

  private int cancel() {
    int cancelled = w.simulation.await(() -> w.application.context().cancelConnects());
    w.run();
    return cancelled;
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void a_hundred_thousand_pending_connects_are_listed_and_cancelled_and_their_memory_is_given_back() {
    w.takesLocalEndpoints();
    connect(BATCH);
    assertThat(cancel()).isEqualTo(BATCH);
    long before = heapBytes();

    connect(CONNECTS);
    assertThat(w.application.connects()).as("none is refused").isEmpty();
    Set<IpAddress> remotes = new HashSet<>();
    Set<Long> names = new HashSet<>();
    for (PendingConnect connect : pending()) {
      remotes.add(connect.remote().address());
      names.add(connect.halfOpen());
    }
    assertThat(names).hasSize(CONNECTS);
    assertThat(remotes).hasSize(2);
    long stale = Collections.max(names);
    remotes.clear();
    names.clear();
    long taken = heapBytes() - before;

    assertThat(cancel()).isEqualTo(CONNECTS);
    assertThat(pending()).isEmpty();
    assertThat(w.liveSessions()).isZero();
    assertThat(w.transport.live()).isZero();
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(BATCH + CONNECTS);
    assertThat(w.host.sessions().localEndpoints().inUse()).isZero();
    assertThat(w.simulation.stack().sessionCore().flows()).isZero();
    assertThat((double) (heapBytes() - before)).as("of %d bytes", taken).isLessThan(MOST_KEPT * taken);
    assertThat(w.application.connects()).as("nobody is told of what was cancelled").isEmpty();

    slotsWithoutObjectAreUsedAgain(stale);
    w.end();
  }

  private void slotsWithoutObjectAreUsedAgain(long stale) {
    connect(AGAIN);
    assertThat(pending()).hasSize(AGAIN).noneMatch(connect -> connect.halfOpen() == stale);
    assertThat(w.simulation.await(() -> w.application.context().cancelConnect(stale)))
        .isEqualTo(SessionError.NOSESSION);
    ScriptedConnection session = w.connected(0, ConnectOptions.of("script://192.0.2.3:7000"));
    assertThat(w.session(session).handle()).isEqualTo(session.session);
    assertThat(Handle.generation(session.session)).as("a half-open's slot").isPositive();
    assertThat(cancel()).isEqualTo(AGAIN);
  }
}
