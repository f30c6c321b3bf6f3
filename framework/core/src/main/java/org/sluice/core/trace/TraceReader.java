package org.sluice.core.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.TraceText;
import org.sluice.spi.runtime.Handle;

/** Puts traces into words. Any thread, with copies. */
public final class TraceReader {
  private final PacketTraces traces;
  private final IntFunction<String> interfaces;

  /**
   * Makes a reader.
   *
   * @param traces knows what the steps of transports mean
   * @param interfaces the name of an interface
   */
  public TraceReader(PacketTraces traces, IntFunction<String> interfaces) {
    this.traces = traces;
    this.interfaces = interfaces;
  }

  /**
   * All packets of a worker's trace.
   *
   * @param copy the trace
   * @return in the order in which they were chosen
   */
  public List<TracedPacket> read(TraceCopy copy) {
    TraceRecords records = copy.records();
    List<TracedPacket> packets = new ArrayList<>();
    for (int n = 0; n < records.used(); n++) {
      packets.add(new TracedPacket(records.timeNs(n) - records.startNs, records.worker, records.interfaceIndex(n),
          records.is(n, TraceRecords.SENT), steps(records, n)));
    }
    return packets;
  }

  /** What came in begins with its headers, what goes out gets them behind the path. */
  private List<String> steps(TraceRecords records, int n) {
    boolean sent = records.is(n, TraceRecords.SENT);
    List<String> lines = new ArrayList<>();
    if (!sent) {
      headers(records, n, lines);
    }
    int kept = Math.min(records.stepCount(n), TraceRecords.STEPS);
    boolean shown = !sent;
    for (int step = 0; step < kept; step++) {
      int kind = (int) records.word(n, step, 0);
      boolean before = kind == StepKind.SESSION || kind == StepKind.PATH || kind == StepKind.NEXT_HOP;
      if (!shown && !before) {
        headers(records, n, lines);
        shown = true;
      }
      lines.add(step(records, n, step, kind));
    }
    if (!shown) {
      headers(records, n, lines);
    }
    if (records.stepCount(n) > kept) {
      lines.add(records.stepCount(n) - kept + " more steps, for which there was no room");
    }
    return lines;
  }

  private void headers(TraceRecords records, int n, List<String> lines) {
    if (records.length(n) > 0 || !records.is(n, TraceRecords.SENT)) {
      lines.add("frame on " + interfaces.apply(records.interfaceIndex(n)) + ", " + records.length(n) + " bytes"
          + (records.is(n, TraceRecords.LINK) ? "" : " from the IP header on, from another worker")
          + checksum(records, n) + (records.is(n, TraceRecords.CUT_ASKED) ? ", to be cut by the card" : ""));
      PacketText.add(records.bytes(n), records.length(n), records.is(n, TraceRecords.LINK), lines);
    }
  }

  private static String checksum(TraceRecords records, int n) {
    if (records.is(n, TraceRecords.CHECKSUM_GOOD)) {
      return ", transport checksum verified by the card";
    }
    if (records.is(n, TraceRecords.CHECKSUM_LEFT)) {
      return ", transport checksum left out, it never crossed a wire";
    }
    return records.is(n, TraceRecords.CHECKSUM_ASKED) ? ", transport checksum left to the card" : "";
  }

  private String step(TraceRecords records, int n, int step, int kind) {
    long a = records.word(n, step, 1);
    long b = records.word(n, step, 2);
    long c = records.word(n, step, 3);
    long d = records.word(n, step, 4);
    return switch (kind) {
      case StepKind.FRAGMENT -> fragment((int) a);
      case StepKind.GIVEN -> "given to " + PacketText.protocol((int) a) + ", table " + b;
      case StepKind.COUNTED -> records.order.counters().get((int) a).text(b);
      case StepKind.SESSION -> "session " + Handle.text(a);
      case StepKind.PATH -> "path to " + new IpAddress(a, b) + ", " + c + " bytes, " + d + " fit";
      case StepKind.NEXT_HOP -> "next hop " + new IpAddress(a, b)
          + (c == 0 ? ", waits for its hardware address" : " at " + PacketText.mac(c));
      case StepKind.QUEUED -> "queued on the card, which would take " + a + " more";
      default -> transport(kind, a, b, c, d);
    };
  }

  private static String fragment(int verdict) {
    return switch (verdict) {
      case StepKind.KEPT -> "fragment is kept until the others come";
      case StepKind.WHOLE -> "fragment was the last one: the datagram is whole";
      default -> "fragment is refused";
    };
  }

  private String transport(int kind, long a, long b, long c, long d) {
    @Nullable TraceText text = traces.text(kind >>> StepKind.OWNER_SHIFT);
    if (text == null) {
      return "a step of a plugin that is gone";
    }
    try {
      return text.text(kind & (1 << StepKind.OWNER_SHIFT) - 1, a, b, c, d);
    } catch (RuntimeException fault) {
      return "a step that its plugin fails to tell: " + fault;
    }
  }
}
