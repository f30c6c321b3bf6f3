package org.sluice.benchmarks.sidebyside.peers;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/**
 * A media driver without threads of its own, and its client. With two processors and two threads that spin, a thread of
 * the driver would take turns with them; so the writing thread runs the driver, when it finds no room, which is when
 * the driver has something to do: it moves the limit up to which may be written.
 */
final class AeronDriver implements AutoCloseable {
  /** The largest there is: with it a claim holds up to 65 472 bytes beside its header. */
  private static final int MTU = 65_504;

  private final MediaDriver driver;
  private final Aeron client;

  AeronDriver() {
    MediaDriver.Context context = new MediaDriver.Context()
        .aeronDirectoryName(CommonContext.generateRandomDirName())
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .threadingMode(ThreadingMode.INVOKER)
        .asyncExecutorEnabled(false)
        .ipcMtuLength(MTU)
        // The window is at most half a term.
        .ipcTermBufferLength(2 * Traffic.CAPACITY_BYTES)
        .ipcPublicationTermWindowLength(Traffic.CAPACITY_BYTES)
        .termBufferSparseFile(false);
    driver = MediaDriver.launch(context);
    client = Aeron.connect(new Aeron.Context()
        .aeronDirectoryName(driver.aeronDirectoryName())
        .driverAgentInvoker(driver.sharedAgentInvoker())
        .useConductorAgentInvoker(true));
  }

  ExclusivePublication publish(int stream) {
    return client.addExclusivePublication(CommonContext.IPC_CHANNEL, stream);
  }

  Subscription subscribe(int stream) {
    return client.addSubscription(CommonContext.IPC_CHANNEL, stream);
  }

  void awaitConnected(ExclusivePublication publication, Subscription subscription) {
    while (!publication.isConnected() || !subscription.isConnected()) {
      turn();
    }
  }

  /** One turn of driver and client; for one thread at a time. */
  void turn() {
    driver.sharedAgentInvoker().invoke();
    client.conductorAgentInvoker().invoke();
  }

  @Override
  public void close() {
    client.close();
    driver.close();
  }
}
