package org.sluice.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sluice.testkit.kernel.Namespace;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/**
 * Two virtual interfaces: one end for hosts of the assembled distribution, the other the kernel's. Needs root, see
 * {@link RootTests}.
 */
final class HostOnVeth implements AutoCloseable {
  static final String ADDRESS = "10.98.0.1";
  static final String ECHO_PORT = "7";
  private static final String KERNEL_ADDRESS = "10.98.0.2";

  private final VethPair pair;

  private HostOnVeth(VethPair pair) {
    this.pair = pair;
  }

  static HostOnVeth make(String purpose) {
    RootTests.require();
    HostOnVeth made = new HostOnVeth(VethPair.make(purpose, 1, 1500));
    made.pair.b().address(KERNEL_ADDRESS + "/24");
    return made;
  }

  /** The end of the hosts. */
  VethEnd stack() {
    return pair.a();
  }

  /** Where the other end is. */
  Namespace kernel() {
    return pair.b().namespace();
  }

  /** Starts a host that is in the namespace of this process, and has it serve. */
  RunningHost start(Path folder, Path served) throws IOException, InterruptedException {
    RunningHost host = RunningHost.start(folder);
    serve(host, "namespace=" + stack().place(), served);
    return host;
  }

  /** Has a host open its end, and serve files and an echo there. */
  void serve(RunningHost host, String options, Path served) {
    for (String line : List.of(
        "interface add af_xdp net0 interface=" + stack().device() + " trust-partial-checksums=on " + options,
        "address add net0 " + ADDRESS + "/24",
        "http serve tcp://" + ADDRESS + ":80 root " + served,
        "echo serve tcp://" + ADDRESS + ":" + ECHO_PORT)) {
      String _ = host.ask(line);
    }
  }

  @Override
  public void close() {
    pair.close();
  }
}
