package org.sluice.host.console;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What passes over the control socket. Each connection runs one command. A frame is a type (one byte, an ASCII letter),
 * a length (four bytes, big-endian, at most {@value #MAX_PAYLOAD}) and that many bytes of UTF-8:
 *
 * <ul>
 *   <li>{@code R}, client to host, once and first: the words of the command, each ended by a NUL, after the word {@code
 *       sluice-ctl/1}. The client sends nothing else; when it closes the connection, the command is cancelled.
 *   <li>{@code O}, host to client: the next part of the result, for the client's standard output as it is. A character
 *       may be split between two frames.
 *   <li>{@code P}, host to client: how far the work is, for a terminal, replacing what was said before.
 *   <li>{@code E}, host to client: a message for the client's standard error.
 *   <li>{@code X}, host to client, once and last: the exit status in decimal. Without it the host went away.
 * </ul>
 */
final class Frames {
  static final byte REQUEST = 'R';
  static final byte OUTPUT = 'O';
  static final byte PROGRESS = 'P';
  static final byte ERROR = 'E';
  static final byte EXIT = 'X';

  static final int MAX_PAYLOAD = 64 << 10;
  private static final String VERSION = "sluice-ctl/1";
  private static final int HEADER = 5;

  private Frames() {}

  /** The other side does not keep to the protocol. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    private MalformedException(String message) {
      super(message);
    }
  }

  /** A frame as it came. */
  record Frame(byte type, ByteBuffer payload) {
    String text() {
      return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    }
  }

  /** Writes a text in as many frames as it needs; blocks until the channel has taken it. */
  static void write(WritableByteChannel channel, byte type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int offset = 0;
    do {
      int length = Math.min(MAX_PAYLOAD, bytes.length - offset);
      write(channel, frame(type, bytes, offset, length));
      offset += length;
    } while (offset < bytes.length);
  }

  /** Writes a frame; blocks until the channel has taken it. */
  static void write(WritableByteChannel channel, ByteBuffer frame) throws IOException {
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  private static ByteBuffer frame(byte type, byte[] bytes, int offset, int length) {
    return ByteBuffer.allocate(HEADER + length).put(type).putInt(length).put(bytes, offset, length).flip();
  }

  /** The next frame, null at the end of the stream; blocks. */
  static @Nullable Frame read(ReadableByteChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    if (!fill(channel, header)) {
      return null;
    }
    byte type = header.get(0);
    int length = header.getInt(1);
    if (length < 0 || length > MAX_PAYLOAD) {
      throw new MalformedException("a frame of " + length + " bytes; at most " + MAX_PAYLOAD + " are allowed");
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    if (!fill(channel, payload)) {
      throw new EOFException("the stream ends inside a frame");
    }
    return new Frame(type, payload.flip());
  }

  private static boolean fill(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        if (buffer.position() == 0) {
          return false;
        }
        throw new EOFException("the stream ends inside a frame");
      }
    }
    return true;
  }

  /** The frame that asks for a command. */
  static ByteBuffer request(List<String> words) throws IOException {
    String text = VERSION + '\0' + String.join("", words.stream().map(word -> word + '\0').toList());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_PAYLOAD) {
      throw new IOException("the command is longer than " + MAX_PAYLOAD + " bytes");
    }
    return frame(REQUEST, bytes, 0, bytes.length);
  }

  /**
   * The words of a command.
   *
   * @return the words, null when the client left without a word
   * @throws MalformedException when it says something else
   */
  static @Nullable List<String> readRequest(ReadableByteChannel channel) throws IOException {
    Frame frame = read(channel);
    if (frame == null) {
      return null;
    }
    if (frame.type() != REQUEST) {
      throw new MalformedException("the connection begins with no request; 'sluice ctl' makes one");
    }
    String text = frame.text();
    if (text.isEmpty() || text.charAt(text.length() - 1) != '\0') {
      throw new MalformedException("the request does not end with a NUL; 'sluice ctl' makes one that does");
    }
    // The end of the last word begins no further one.
    List<String> words = Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
    if (!words.getFirst().equals(VERSION)) {
      throw new MalformedException("the client speaks '" + words.getFirst() + "', not " + VERSION
          + "; use the 'sluice ctl' of this host's version");
    }
    return words.subList(1, words.size());
  }

  /** The exit status in a frame of type {@link #EXIT}. */
  static int exitStatus(Frame frame) throws MalformedException {
    try {
      return Integer.parseInt(frame.text());
    } catch (NumberFormatException e) {
      throw new MalformedException("the host ends with the status '" + frame.text() + "'");
    }
  }
}
