package org.sluice.testkit.script;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.IpAddress;

/** Writes the peer's segments. */
final class SegmentWriter {
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int URGENT_OFFSET = 18;
  private static final int SHORTS = 0xffff;
  private static final int WORD = 4;

  private final IpAddress source;
  private final IpAddress destination;

  SegmentWriter(String source, String destination) {
    this.source = IpAddress.parse(source);
    this.destination = IpAddress.parse(destination);
  }

  byte[] write(SegmentPattern pattern, ScriptFlow flow) {
    boolean syn = (pattern.flags & TcpHeader.SYN) != 0;
    if (syn) {
      flow.peerOffers(pattern.options == null ? null : pattern.options.scale);
    }
    boolean acks = (pattern.flags & TcpHeader.ACK) != 0;
    byte[] options = options(pattern.options, flow, acks);
    int payload = (int) pattern.length.least();
    int headerLength = TcpHeader.MIN_LENGTH + options.length;
    byte[] bytes = new byte[headerLength + payload];
    MemorySegment m = MemorySegment.ofArray(bytes);
    TcpHeader.ports(m, 0, flow.peerPort(), flow.ownPort());
    long acknowledged = pattern.acknowledgement == null ? 0 : pattern.acknowledgement.least();
    TcpHeader.sequences(m, 0, flow.peerAbsolute(pattern.sequence.least()),
        pattern.acknowledgement == null ? 0 : flow.ownAbsolute(acknowledged));
    TcpHeader.control(m, 0, headerLength, pattern.flags, window(pattern, syn ? 0 : flow.peerShift()));
    System.arraycopy(options, 0, bytes, TcpHeader.MIN_LENGTH, options.length);
    if (pattern.urgent != null) {
      ByteBuffer.wrap(bytes).putShort(URGENT_OFFSET, (short) pattern.urgent.least());
    }
    long first = pattern.sequence.least() - 1 + (syn ? 1 : 0);
    for (int i = 0; i < payload; i++) {
      bytes[headerLength + i] = pattern.junk ? PatternBytes.junk(first + i) : PatternBytes.peers(first + i);
    }
    TcpHeader.fillChecksum(m, 0, bytes.length, pseudo(bytes.length));
    if (pattern.badChecksum) {
      bytes[TcpHeader.CHECKSUM_OFFSET] ^= 1;
    }
    return bytes;
  }

  /** What ends the connection that a segment of the stack belongs to. */
  byte[] reset(MemorySegment of) {
    byte[] bytes = new byte[TcpHeader.MIN_LENGTH];
    MemorySegment m = MemorySegment.ofArray(bytes);
    TcpHeader.ports(m, 0, TcpHeader.destinationPort(of, 0), TcpHeader.sourcePort(of, 0));
    TcpHeader.sequences(m, 0, TcpHeader.acknowledgement(of, 0), TcpHeader.sequence(of, 0) + 1);
    TcpHeader.control(m, 0, bytes.length, TcpHeader.RST | TcpHeader.ACK, 0);
    TcpHeader.fillChecksum(m, 0, bytes.length, pseudo(bytes.length));
    return bytes;
  }

  private static int window(SegmentPattern pattern, int shift) {
    long window = pattern.window == null ? DEFAULT_WINDOW : pattern.window.least();
    if (pattern.window != null && window >> shift << shift != window || window >> shift > SHORTS) {
      throw new IllegalArgumentException("with a scale of " + shift + " no window is " + window);
    }
    return pattern.window == null ? DEFAULT_WINDOW : (int) (window >> shift);
  }

  private int pseudo(int length) {
    return IpAddress.isIp4(source.high(), source.low())
        ? InternetChecksum.pseudo4(source.low(), destination.low(), TcpHeader.PROTOCOL, length)
        : InternetChecksum.pseudo6(source.high(), source.low(), destination.high(), destination.low(),
            TcpHeader.PROTOCOL, length);
  }

  private static byte[] options(@Nullable OptionsPattern options, ScriptFlow flow, boolean acks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (options == null) {
      return out.toByteArray();
    }
    if (options.mss != null) {
      put(out, TcpOptions.MSS, TcpOptions.MSS_LENGTH);
      put(out, (int) options.mss.least() >> 8, (int) options.mss.least());
    }
    if (options.scale != null) {
      put(out, TcpOptions.WINDOW_SCALE, TcpOptions.WINDOW_SCALE_LENGTH, (int) options.scale.least());
    }
    if (options.sackPermitted) {
      put(out, TcpOptions.SACK_PERMITTED, TcpOptions.SACK_PERMITTED_LENGTH);
    }
    if (options.timestamps) {
      put(out, TcpOptions.TIMESTAMPS, TcpOptions.TIMESTAMPS_LENGTH);
      word(out, flow.peerTimestampAbsolute(options.value.least()));
      word(out, acks ? flow.ownTimestampAbsolute(options.echo.least()) : (int) options.echo.least());
    }
    if (!options.blocks.isEmpty()) {
      put(out, TcpOptions.SACK, 2 + options.blocks.size() * TcpOptions.SACK_BLOCK_LENGTH);
      for (OptionsPattern.Block block : options.blocks) {
        word(out, flow.ownAbsolute(block.left().least()));
        word(out, flow.ownAbsolute(block.right().least()));
      }
    }
    options.raw.forEach(out::writeBytes);
    while (out.size() % WORD != 0) {
      out.write(0);
    }
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
  }

  private static void word(ByteArrayOutputStream out, int value) {
    out.writeBytes(ByteBuffer.allocate(WORD).putInt(value).array());
  }
}
