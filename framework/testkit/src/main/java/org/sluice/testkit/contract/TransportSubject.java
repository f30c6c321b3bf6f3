package org.sluice.testkit.contract;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.Network;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.host.Simulation;

/** How a transport under test is made, and the runs that every behaviour is put through. */
abstract class TransportSubject {
  private static final int[] DATA_WORKERS = {0, 2};

  // ---- What the author says.

  /**
   * Makes the transport.
   *
   * @param host what its plugin is given
   * @return a new transport, not registered yet
   */
  protected abstract TransportVft subject(HostServices host);

  /**
   * The keys of the plugin's {@code reference.conf} with values.
   *
   * @return by dotted path; empty by default
   */
  protected Map<String, Object> configuration() {
    return Map.of();
  }

  /**
   * Makes the IP layer that the transport runs on, and whatever interfaces the stack needs for it.
   *
   * @param simulation the stack of the run, without transports and applications
   * @return the network given to the transport; null by default, for a transport that needs none
   */
  protected @Nullable Network network(Simulation simulation) {
    return null;
  }

  /**
   * The address to listen on and connect to.
   *
   * @return an IP literal of the stack's own
   */
  protected String address() {
    return "127.0.0.1";
  }

  /**
   * The port to listen on.
   *
   * @return a port; the one after it is free too
   */
  protected int port() {
    return 7000;
  }

  /**
   * The longest write: for transports of messages, the longest message.
   *
   * @return bytes
   */
  protected int maxWriteBytes() {
    return 5000;
  }

  /**
   * How long the transport may take to do what it was asked: for retransmissions and last goodbyes.
   *
   * @return virtual time
   */
  protected Duration settleTime() {
    return Duration.ofSeconds(5);
  }

  /**
   * How many orders of turns are tried.
   *
   * @return seeds for each behaviour and number of workers
   */
  protected int seeds() {
    return 3;
  }

  final void everywhere(Consumer<TransportWorld> behaviour) {
    for (int dataWorkers : DATA_WORKERS) {
      for (long seed = 1; seed <= seeds(); seed++) {
        try {
          TransportWorld world = new TransportWorld(this, seed, dataWorkers);
          behaviour.accept(world);
          world.end();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              "with " + (1 + dataWorkers) + " workers and seed " + seed + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
