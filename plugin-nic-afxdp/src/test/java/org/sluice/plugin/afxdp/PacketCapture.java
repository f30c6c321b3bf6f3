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
  private static final List<String> FIELDS = List.of("frame.time_relative", "tcp.stream", "tcp.len",
      "ip.checksum.status", "tcp.checksum.status", "_ws.malformed", "tcp.checksum", "tcp.checksum_calculated",
      "frame.protocols", "ip.src");

  private static final String GOOD = "1";

  private final Process dumpcap;
  private final BufferedReader said;
  private final Path file;

  /**
   * What tshark said of one packet.
   *
   * @param seconds since the first one
   * @param stream number of its TCP connection, or -1
   * @param payload bytes of TCP
   * @param fault what is malformed, or which checksum is not right, and how; empty when all is well
   */
  record Packet(double seconds, int stream, int payload, String fault) {}

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

  /**
   * What was captured.
   *
   * @param kernel the address of the kernel's end, which may write the other zero
   * @param opaquePorts whose bytes belong to no protocol: tshark would guess one, and find it malformed
   */
  List<Packet> packets(String kernel, int... opaquePorts) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-o", "ip.check_checksum:TRUE",
        "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-E", "separator=;", "-E", "occurrence=f"));
    for (int port : opaquePorts) {
      command.addAll(List.of("-d", "tcp.port==" + port + ",data"));
    }
    for (String field : FIELDS) {
      command.addAll(List.of("-e", field));
    }
    Process tshark = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<Packet> packets = new ArrayList<>();
    try (BufferedReader lines = tshark.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        packets.add(packet(kernel, line.split(";", -1)));
      }
    }
    if (tshark.waitFor() != 0) {
      throw new AssertionError("tshark: " + tshark.exitValue());
    }
    return packets;
  }

  private static Packet packet(String kernel, String[] fields) {
    boolean isTcp = !fields[1].isEmpty();
    boolean isRight = (fields[3].isEmpty() || fields[3].equals(GOOD)) && fields[5].isEmpty()
        && (!isTcp || fields[4].equals(GOOD) || fields[9].equals(kernel) && isOtherZero(fields[6], fields[7]));
    return new Packet(Double.parseDouble(fields[0]), isTcp ? Integer.parseInt(fields[1]) : -1,
        fields[2].isEmpty() ? 0 : Integer.parseInt(fields[2]), isRight ? "" : String.join(" ", fields));
  }

  /**
   * Zero has two forms in the arithmetic of these checksums, and no receiver sees the difference. Where it computes
   * them in software, this kernel writes the form that tshark takes for wrong (RFC 1624), once in 65536 packets.
   */
  private static boolean isOtherZero(String found, String wanted) {
    return found.equals("0xffff") && wanted.equals("0x0000");
  }
}
