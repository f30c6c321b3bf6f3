package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/** The kernel at both ends, measured by iperf3: to know how far the sockets of NIO are from those of C. */
public final class Iperf implements Experiment {
  private static final String SECONDS = "3";
  private static final Pattern RECEIVED =
      Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)");

  private final int mtuBytes;
  private final boolean offloads;

  /**
   * Makes the experiment.
   *
   * @param mtuBytes of the interfaces
   * @param offloads whether the kernel has its offloads
   */
  public Iperf(int mtuBytes, boolean offloads) {
    this.mtuBytes = mtuBytes;
    this.offloads = offloads;
  }

  @Override
  public String name() {
    return "afxdp-iperf3-" + mtuBytes + "-offloads-" + (offloads ? "on" : "off");
  }

  @Override
  public String description() {
    return "the kernel to itself by iperf3, MTU " + mtuBytes + ", offloads " + (offloads ? "on" : "off");
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (Link link = Link.direct(mtuBytes, offloads)) {
      Process server = link.end(1).namespace().start("iperf3", "-s", "-1", "--forceflush");
      awaitListening(server);
      Process client = link.end(0).namespace().start("iperf3", "-J", "-t", SECONDS, "-c", Link.kernelAddress(1));
      String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher received = RECEIVED.matcher(said);
      if (!received.find()) {
        throw new IOException("iperf3 says nothing of what was received: " + said);
      }
      report.value(name(), Quartiles.of(Double.parseDouble(received.group(1)) / 1e9), "Gbit/s");
    }
  }

  private static void awaitListening(Process server) throws IOException {
    BufferedReader lines = server.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("listening")) {
        return;
      }
    }
    throw new IOException("iperf3 does not listen (apt-get install iperf3)");
  }
}
