package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.PacketPool;
import org.sluice.testkit.host.Simulation;

/** A frame that nobody gives back is something that is left, whichever worker sends by its queue. */
class FramesLeftTest {
  @ParameterizedTest
  @CsvSource({"wire, w:0, 0", "wire, w:0, 1", "loop, l, 1"})
  void a_frame_that_is_kept_is_found(String driver, String name, int worker) {
    Simulation simulation = new Simulation(1, 1);
    NetworkPlane plane = simulation.stack().network();
    NetInterface made = simulation.await(() -> plane.addInterface(driver, name));
    simulation.await(() -> plane.addAddress(name, IpPrefix.parse("10.0.0.1/24")));
    simulation.requireNothingLeft();
    PacketPool pool = made.nic().txQueue(worker).pool();
    long kept = simulation.get(worker, pool::allocate);
    assertThatThrownBy(simulation::requireNothingLeft).isInstanceOf(AssertionError.class)
        .hasMessageContaining("frames: 1 of").hasMessageContaining("that worker " + worker + " sends by " + name);
    simulation.on(worker, () -> pool.release(kept));
    simulation.requireNothingLeft();
  }
}
