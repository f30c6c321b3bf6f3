package org.sluice.plugin.afxdp;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sluice.testkit.kernel.VethEnd;

/** Whole packets of an interface, captured by {@code dumpcap} and looked at by {@code tshark}. */
final class PacketCapture {
  private static final String BUFFER_MIB = "64";
  private static final long PATIENCE_SECONDS = 30;
  private static final String[] FIELDS = {"frame.time_relative", "tcp.stream", "ip.src", "tcp.len",
      "ip.checksum.status", "tcp.checksum.status", "_ws.malformed", "tcp.analysis.retransmission"};

  private final Process dumpcap;
  private final BufferedReader said;
  private final Path file;

  /**
   * What tshark said of one packet.
   *
   * @param seconds since the first one
   * @param stream number of its TCP connection, or -1
   * @param source address, empty when it is no IP
   * @param payload bytes of TCP
   * @param faulty malformed, or with a checksum that is not right
   * @param again whether it was sent before
   */
  record Packet(double seconds, int stream, String source, int payload, boolean faulty, boolean again) {}

  /** Begins, and returns when packets are captured. */
  PacketCapture(VethEnd end, Path file) throws IOException {
    this.file = file;
    dumpcap = end.namespace().start("dumpcap", "-i", end.device(), "-B", BUFFER_MIB, "-w", file.toString());
    said = dumpcap.inputReader();
    String line;
    do {
      line = said.readLine();
      if (line == null) {
        throw new AssertionError("dumpcap does not capture (apt-get install tshark)");
      }
    } while (!line.startsWith("File: "));
  }

  /** Ends; what dumpcap said of packets that it missed. */
  String stop() throws IOException, InterruptedException {
    dumpcap.toHandle().destroy();
    List<String> rest = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      rest.add(line);
    }
    if (!dumpcap.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("dumpcap does not end: " + rest);
    }
    return String.join("\n", rest);
  }

  List<Packet> packets() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-o", "ip.check_checksum:TRUE",
        "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-E", "separator=;", "-E", "occurrence=f"));
    for (String field : FIELDS) {
      command.addAll(List.of("-e", field));
    }
    Process tshark = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<Packet> packets = new ArrayList<>();
    try (BufferedReader lines = tshark.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        packets.add(packet(line.split(";", -1)));
      }
    }
    if (tshark.waitFor() != 0) {
      throw new AssertionError("tshark: " + tshark.exitValue());
    }
    return packets;
  }

  private static Packet packet(String[] fields) {
    boolean wrongSum = !fields[2].isEmpty() && !fields[4].equals("1")
        || !fields[1].isEmpty() && !fields[5].equals("1");
    return new Packet(Double.parseDouble(fields[0]), fields[1].isEmpty() ? -1 : Integer.parseInt(fields[1]), fields[2],
        fields[3].isEmpty() ? 0 : Integer.parseInt(fields[3]), wrongSum || !fields[6].isEmpty(), !fields[7].isEmpty());
  }
}
