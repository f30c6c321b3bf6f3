package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/** Two virtual interfaces, each in a network namespace of the benchmark's own, with the kernel's addresses on them. */
final class Link implements AutoCloseable {
  private static final int QUEUED_PACKETS = 1000;
  private static final List<String> KERNEL_ADDRESSES = List.of("10.9.0.3", "10.9.0.4");
  private static final List<String> STACK_ADDRESSES = List.of("10.9.0.1", "10.9.0.2");

  private static int made;

  private final List<VethEnd> ends;
  private final AutoCloseable owner;

  /**
   * Makes one of what others have made.
   *
   * @param a one end
   * @param b the other end
   * @param owner what to close in the end
   */
  Link(VethEnd a, VethEnd b, AutoCloseable owner) {
    ends = List.of(a, b);
    this.owner = owner;
    for (int i = 0; i < 2; i++) {
      end(i).address(kernelAddress(i) + "/24");
    }
  }

  /**
   * A pair of interfaces.
   *
   * @param mtuBytes of the interfaces
   * @param offloads whether the kernel may send more than a segment at once, and leave checksums undone
   */
  static Link direct(int mtuBytes, boolean offloads) {
    VethPair pair = VethPair.make("bench" + made++, 1, mtuBytes);
    for (VethEnd end : List.of(pair.a(), pair.b())) {
      // Back-pressure where a virtual interface would drop.
      end.queue(QUEUED_PACKETS);
      if (!offloads) {
        end.withoutSegmentation();
      }
    }
    return new Link(pair.a(), pair.b(), pair);
  }

  static String kernelAddress(int end) {
    return KERNEL_ADDRESSES.get(end);
  }

  static String stackAddress(int end) {
    return STACK_ADDRESSES.get(end);
  }

  VethEnd end(int end) {
    return ends.get(end);
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
  public void close() throws Exception {
    owner.close();
  }
}
