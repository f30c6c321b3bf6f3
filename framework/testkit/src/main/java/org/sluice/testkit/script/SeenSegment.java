package org.sluice.testkit.script;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;

/** A segment that was sent, in the numbers of a script. */
final class SeenSegment {
  final ScriptFlow flow;
  final long atNs;
  final int flags;
  final long sequence;
  final int length;
  final long acknowledgement;
  final long window;
  final int urgent;
  final int ecn;
  int mss = -1;
  int scale = -1;
  boolean sackPermitted;
  boolean timestamps;
  long value;
  long echo;
  final List<Block> blocks = new ArrayList<>();
  /** Kinds of other options. */
  final List<Integer> others = new ArrayList<>();
  final @Nullable String payloadFault;

  /** A block of the SACK option. */
  record Block(long left, long right) {
    @Override
    public String toString() {
      return left + ":" + right;
    }
  }

  private SeenSegment(ScriptFlow flow, MemorySegment m, int ecn, long atNs) {
    this.flow = flow;
    this.atNs = atNs;
    this.ecn = ecn;
    flags = TcpHeader.flags(m, 0);
    int headerLength = TcpHeader.headerLength(m, 0);
    length = (int) m.byteSize() - headerLength;
    options(m, headerLength);
    sequence = flow.ownRelative(TcpHeader.sequence(m, 0));
    acknowledgement = has(TcpHeader.ACK) ? flow.peerRelative(TcpHeader.acknowledgement(m, 0)) : 0;
    window = (long) TcpHeader.window(m, 0) << (has(TcpHeader.SYN) ? 0 : flow.ownShift());
    urgent = TcpHeader.urgentPointer(m, 0);
    payloadFault = payloadFault(m, headerLength);
  }

  /** Reads what the stack sent; the flow learns from it. */
  static SeenSegment read(ScriptFlow flow, MemorySegment m, int ecn, long atNs) {
    flow.learn(m);
    return new SeenSegment(flow, m, ecn, atNs);
  }

  private boolean has(int bit) {
    return (flags & bit) != 0;
  }

  private void options(MemorySegment m, int headerLength) {
    int at = TcpOptions.first(m, 0, headerLength);
    for (; at > 0; at = TcpOptions.next(m, 0, headerLength, at)) {
      switch (TcpOptions.kind(m, at)) {
        case TcpOptions.MSS -> mss = TcpOptions.mss(m, at);
        case TcpOptions.WINDOW_SCALE -> scale = TcpOptions.windowScale(m, at);
        case TcpOptions.SACK_PERMITTED -> sackPermitted = true;
        case TcpOptions.TIMESTAMPS -> {
          timestamps = true;
          value = flow.ownTimestamp(TcpOptions.timestampValue(m, at));
          int raw = TcpOptions.timestampEcho(m, at);
          echo = has(TcpHeader.ACK) ? flow.peerTimestamp(raw) : raw;
        }
        case TcpOptions.SACK -> {
          for (int i = 0; i < TcpOptions.sackBlocks(m, at); i++) {
            blocks.add(new Block(flow.peerRelative(TcpOptions.sackLeft(m, at, i)),
                flow.peerRelative(TcpOptions.sackRight(m, at, i))));
          }
        }
        default -> others.add(TcpOptions.kind(m, at));
      }
    }
    if (at == TcpOptions.MALFORMED) {
      others.add(-1);
    }
  }

  private @Nullable String payloadFault(MemorySegment m, int headerLength) {
    long first = sequence - 1 + (has(TcpHeader.SYN) ? 1 : 0);
    for (int i = 0; i < length; i++) {
      if (m.get(ValueLayout.JAVA_BYTE, headerLength + i) != PatternBytes.own(first + i)) {
        return "byte " + i + " of the payload is not what was written";
      }
    }
    return null;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(80).append(flow.id() == 1 ? "" : "@" + flow.id() + " ").append("> ")
        .append(Flags.text(flags)).append(' ').append(sequence);
    if (length > 0) {
      text.append(':').append(length);
    }
    if (has(TcpHeader.ACK)) {
      text.append(" ack ").append(acknowledgement);
    }
    text.append(" win ").append(window);
    if (has(TcpHeader.URG)) {
      text.append(" urg ").append(urgent);
    }
    List<String> options = new ArrayList<>();
    if (mss >= 0) {
      options.add("mss " + mss);
    }
    if (sackPermitted) {
      options.add("sackok");
    }
    if (timestamps) {
      options.add("ts " + value + ":" + echo);
    }
    if (scale >= 0) {
      options.add("ws " + scale);
    }
    if (!blocks.isEmpty()) {
      options.add("sack " + String.join(" ", blocks.stream().map(Block::toString).toList()));
    }
    others.forEach(kind -> options.add("kind " + kind));
    if (!options.isEmpty()) {
      text.append(" <").append(String.join(", ", options)).append('>');
    }
    return ecn == 0 ? text.toString() : text.append(' ').append(SegmentPattern.ecnText(ecn)).toString();
  }
}
