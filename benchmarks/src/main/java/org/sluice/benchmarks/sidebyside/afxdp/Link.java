package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/** Two virtual interfaces, each in a network namespace of the benchmark's own, with the kernel's addresses on them. */
final class Link implements AutoCloseable {
  static final String ALGORITHM = "cubic";

  private static final int QUEUED_PACKETS = 1000;
  /** The largest MTU of which a card sends packets in one piece. */
  private static final int ONE_CHUNK_BYTES = 3800;
  private static final List<String> KERNEL_ADDRESSES = List.of("10.9.0.3", "10.9.0.4");
  private static final List<String> STACK_ADDRESSES = List.of("10.9.0.1", "10.9.0.2");

  private static int made;

  private final List<VethEnd> ends;
  private final AutoCloseable owner;
  private final boolean undone;

  /**
   * Makes one of what others have made.
   *
   * @param a one end
   * @param b the other end
   * @param owner what to close in the end
   */
  Link(VethEnd a, VethEnd b, AutoCloseable owner) {
    this(a, b, owner, false);
  }

  private Link(VethEnd a, VethEnd b, AutoCloseable owner, boolean undone) {
    this.undone = undone;
    ends = List.of(a, b);
    this.owner = owner;
    for (int i = 0; i < 2; i++) {
      // CUBIC as the stack has it: others pace, and stand still now and then to measure.
      end(i).address(kernelAddress(i) + "/24").congestionControl(ALGORITHM);
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
    return new Link(pair.a(), pair.b(), pair, mtuBytes <= ONE_CHUNK_BYTES);
  }

  static String kernelAddress(int end) {
    return KERNEL_ADDRESSES.get(end);
  }

  static String stackAddress(int end) {
    return STACK_ADDRESSES.get(end);
  }

  /** Whether a stack may leave checksums undone as the kernel does: nothing but an interface is between the ends. */
  boolean isUndone() {
    return undone;
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

  /** Two threads, one at each end and on its processor, as the workers of stacks are. */
  TwoThreads threads() {
    return new TwoThreads(task -> () -> at(0, task), task -> () -> at(1, task));
  }

  private void at(int end, Runnable task) {
    try {
      in(end, () -> {
        onProcessor(end, task);
        return true;
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs something with the calling thread kept on the processor of an end. */
  static void onProcessor(int end, Runnable task) {
    int processor = end % Runtime.getRuntime().availableProcessors();
    try {
      String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
      Process taskset = new ProcessBuilder("taskset", "-pc", Integer.toString(processor), thread)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectErrorStream(true).start();
      if (taskset.waitFor() != 0) {
        throw new IOException("taskset -pc " + processor + " " + thread + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("needs taskset (apt-get install util-linux)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    task.run();
  }

  @Override
  public void close() throws Exception {
    owner.close();
  }
}
