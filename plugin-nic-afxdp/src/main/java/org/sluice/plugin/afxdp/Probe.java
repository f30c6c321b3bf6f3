package org.sluice.plugin.afxdp;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.plugin.afxdp.bpf.Steering;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;

/** What on this host keeps the driver from working. Opens what a card would, but on no interface, and closes it. */
final class Probe {
  /** Locked, so that a limit on that shows. */
  private static final long MEMORY_BYTES = 16L << 20;
  private static final int CHUNK_BYTES = 4096;

  private Probe() {}

  static List<String> of(Kernel kernel) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return List.of("AF_XDP is Linux's; this is " + System.getProperty("os.name") + ".");
    }
    List<String> missing = new ArrayList<>();
    attempt(missing, () -> socket(kernel));
    attempt(missing, () -> Steering.load(kernel, 1, false, Set.of(), false, 0).close());
    return List.copyOf(missing);
  }

  private interface Step {
    void run() throws KernelException;
  }

  private static void attempt(List<String> missing, Step step) {
    try {
      step.run();
    } catch (KernelException e) {
      missing.add(Remedies.text(e));
    }
  }

  /** A socket with about as much memory as a small card has. */
  private static void socket(Kernel kernel) throws KernelException {
    int socket = kernel.socket();
    try (Arena arena = Arena.ofConfined()) {
      kernel.register(socket, arena.allocate(MEMORY_BYTES, CHUNK_BYTES), CHUNK_BYTES, 0);
    } finally {
      kernel.close(socket);
    }
  }
}
