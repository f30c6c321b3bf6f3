package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.sluice.core.StackLimits;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;

/** As many listeners as a stack may have: each costs what the first ones cost. */
class ListenScaleTest {
  private static final int MOST = StackLimits.DEFAULT.applications().maxListeners();
  private static final int PORTS = 65_535;

  private final ScriptedWorld w = ScriptedWorld.stream();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long[] listeners = new long[MOST];

  @Test
  void the_last_listen_costs_what_the_first_ones_cost_and_so_does_the_unlisten() {
    long early = listen(0, 2_000);
    listen(2_000, 60_000);
    long late = listen(60_000, 62_000);
    listen(62_000, MOST);
    assertThat(late).as("heap bytes of 2 000 listens among 60 000; alone they take %d", early).isLessThan(2 * early);
    assertThat(w.simulation.get(0, () -> w.application.context().listen("script://127.0.0.9:1")))
        .as("one more than there may be").isCompletedExceptionally();

    for (int i : new int[] {0, 1, 12_345, PORTS - 1, PORTS, MOST - 1}) {
      assertThat(find(i)).as("listener %d", i).isEqualTo(listeners[i]);
    }
    long all = unlisten(0, 2_000);
    unlisten(2_000, 60_000);
    long few = unlisten(60_000, 62_000);
    assertThat(all).as("heap bytes of 2 000 unlistens among 65 536; among 5 000 they take %d", few)
        .isLessThan(2 * few);
    assertThat(find(0)).isEqualTo(-1);
    assertThat(find(61_999)).isEqualTo(-1);
    assertThat(find(62_000)).isEqualTo(listeners[62_000]);
    w.end();
  }

  private static String address(int i) {
    return i < PORTS ? "127.0.0.1" : "127.0.0.2";
  }

  private static int port(int i) {
    return i % PORTS + 1;
  }

  /** Heap bytes for so many listens, each of which is published before the next. */
  private long listen(int from, int to) {
    long before = threads.getCurrentThreadAllocatedBytes();
    w.simulation.on(0, () -> {
      for (int i = from; i < to; i++) {
        listeners[i] = w.application.context().listen("script://" + address(i) + ":" + port(i)).join();
      }
    });
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private long unlisten(int from, int to) {
    long before = threads.getCurrentThreadAllocatedBytes();
    w.simulation.on(0, () -> {
      for (int i = from; i < to; i++) {
        w.application.context().unlisten(listeners[i]).join();
      }
    });
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /** What a packet from elsewhere to the address of a listener finds. */
  private long find(int i) {
    Endpoint local = Endpoint.of(address(i), port(i)).withTable(0);
    FlowKey key = new FlowKey().set(local, Endpoint.of("192.0.2.1", 99), w.transport.listener().protocol());
    return w.simulation.get(0, () -> {
      LookupResult result = new LookupResult();
      w.host.sessions().lookup(key, result);
      return result.kind() == LookupResult.Kind.LISTENER ? result.handle() : -1;
    });
  }
}
