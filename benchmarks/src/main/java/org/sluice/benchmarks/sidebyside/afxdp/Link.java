package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/** Two network namespaces of the benchmark's own, joined by virtual interfaces, with the kernel's addresses on them. */
final class Link implements AutoCloseable {
  private static final int QUEUED_PACKETS = 1000;
  private static final List<String> KERNEL_ADDRESSES = List.of("10.9.0.3", "10.9.0.4");
  private static final List<String> STACK_ADDRESSES = List.of("10.9.0.1", "10.9.0.2");

  private static int made;

  private final VethPair pair;

  /**
   * Makes them.
   *
   * @param mtuBytes of the interfaces
   * @param offloads whether the kernel may send more than a segment at once, and leave checksums undone
   */
  Link(int mtuBytes, boolean offloads) {
    pair = VethPair.make("bench" + made++, 1, mtuBytes);
    for (int i = 0; i < 2; i++) {
      // Back-pressure where a virtual interface would drop.
      end(i).address(kernelAddress(i) + "/24").queue(QUEUED_PACKETS);
      if (!offloads) {
        end(i).withoutSegmentation();
      }
    }
  }

  static String kernelAddress(int end) {
    return KERNEL_ADDRESSES.get(end);
  }

  static String stackAddress(int end) {
    return STACK_ADDRESSES.get(end);
  }

  VethEnd end(int end) {
    return end == 0 ? pair.a() : pair.b();
  }

  /** Runs something on a thread in one of the namespaces: sockets that it makes stay there. */
  <T> T in(int end, Callable<T> task) throws IOException {
    try {
      return new Linux().within(end(end).place(), () -> {
        try {
          return task.call();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
    } catch (KernelException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    pair.close();
  }
}
