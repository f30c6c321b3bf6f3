package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a capture back by the words of the format's document, and checks what every reader relies on: that blocks and
 * options have the lengths they say.
 */
final class PcapngReader {
  private final ByteBuffer file;
  private final List<Packet> packets = new ArrayList<>();
  private String interfaceName = "";
  private byte[] macAddress = {};
  private int resolution = 6;
  private long received = -1;
  private long dropped = -1;
  private int sections;
  private int interfaces;

  /** A packet of the file. */
  static final class Packet {
    private final long timeNs;
    private final int direction;
    private final List<String> comments;
    private final byte[] bytes;

    Packet(long timeNs, int direction, List<String> comments, byte[] bytes) {
      this.timeNs = timeNs;
      this.direction = direction;
      this.comments = comments;
      this.bytes = bytes;
    }

    long timeNs() {
      return timeNs;
    }

    int direction() {
      return direction;
    }

    List<String> comments() {
      return comments;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  PcapngReader(Path path) {
    try {
      file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (file.hasRemaining()) {
      block();
    }
    assertThat(sections).isEqualTo(1);
    assertThat(interfaces).isEqualTo(1);
  }

  private void block() {
    int start = file.position();
    int type = file.getInt();
    int length = file.getInt();
    assertThat(length % 4).isZero();
    assertThat(file.getInt(start + length - 4)).as("length at the end of a block").isEqualTo(length);
    ByteBuffer body = file.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case 0x0a0d0d0a -> {
        assertThat(body.getInt()).as("byte order").isEqualTo(0x1a2b3c4d);
        assertThat(body.getShort()).as("major version").isEqualTo((short) 1);
        assertThat(body.getShort()).as("minor version").isZero();
        body.getLong();
        options(body, (code, value) -> {});
        sections++;
      }
      case 1 -> {
        assertThat(body.getShort()).as("Ethernet").isEqualTo((short) 1);
        assertThat(body.getShort()).as("reserved").isZero();
        assertThat(body.getInt()).as("no limit").isZero();
        options(body, this::describe);
        assertThat(resolution).as("nanoseconds").isEqualTo(9);
        interfaces++;
      }
      case 5 -> {
        assertThat(body.getInt()).isZero();
        body.getLong();
        options(body, this::count);
      }
      case 6 -> packet(body);
      default -> throw new AssertionError("block of type " + type);
    }
    file.position(start + length);
  }

  private void describe(int code, ByteBuffer value) {
    switch (code) {
      case 2 -> interfaceName = StandardCharsets.UTF_8.decode(value).toString();
      case 6 -> {
        macAddress = new byte[value.remaining()];
        value.get(macAddress);
      }
      case 9 -> resolution = value.get();
      default -> throw new AssertionError("option " + code + " of an interface");
    }
  }

  private void count(int code, ByteBuffer value) {
    switch (code) {
      case 4 -> received = value.getLong();
      case 5 -> dropped = value.getLong();
      default -> throw new AssertionError("option " + code + " of statistics");
    }
  }

  private void packet(ByteBuffer body) {
    assertThat(body.getInt()).as("interface").isZero();
    long time = (long) body.getInt() << 32 | Integer.toUnsignedLong(body.getInt());
    int captured = body.getInt();
    assertThat(body.getInt()).as("original length").isEqualTo(captured);
    byte[] bytes = new byte[captured];
    body.get(bytes);
    body.position(body.position() + (-captured & 3));
    List<String> comments = new ArrayList<>();
    int[] flags = {0};
    options(body, (code, value) -> {
      switch (code) {
        case 1 -> comments.add(StandardCharsets.UTF_8.decode(value).toString());
        case 2 -> flags[0] = value.getInt();
        default -> throw new AssertionError("option " + code + " of a packet");
      }
    });
    packets.add(new Packet(time, flags[0], comments, bytes));
  }

  private interface OptionReader {
    void read(int code, ByteBuffer value);
  }

  private static void options(ByteBuffer body, OptionReader reader) {
    while (true) {
      int code = body.getShort();
      int length = Short.toUnsignedInt(body.getShort());
      if (code == 0) {
        assertThat(length).isZero();
        assertThat(body.remaining()).as("nothing behind the last option").isZero();
        return;
      }
      reader.read(code, body.slice(body.position(), length).order(ByteOrder.LITTLE_ENDIAN));
      body.position(body.position() + length + (-length & 3));
    }
  }

  List<Packet> packets() {
    return packets;
  }

  String interfaceName() {
    return interfaceName;
  }

  byte[] macAddress() {
    return macAddress;
  }

  long received() {
    return received;
  }

  long dropped() {
    return dropped;
  }
}
