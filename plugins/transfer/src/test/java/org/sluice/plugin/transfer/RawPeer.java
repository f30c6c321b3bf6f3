package org.sluice.plugin.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.testkit.host.Simulation;

/** A peer that says the given bytes whatever it is told, and records what it is told. */
final class RawPeer implements Application {
  private final String uri;
  private final boolean connects;
  private byte[] bytes;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private int said;
  private int deafAfter = Integer.MAX_VALUE;
  private boolean ended;
  private @Nullable Session session;

  private RawPeer(String uri, boolean connects, byte[] bytes) {
    this.uri = uri;
    this.connects = connects;
    this.bytes = bytes;
  }

  static RawPeer client(String uri, byte[] bytes) {
    return new RawPeer(uri, true, bytes);
  }

  static RawPeer server(String uri, byte[] bytes) {
    return new RawPeer(uri, false, bytes);
  }

  static byte[] records(Message... messages) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (Message message : messages) {
      MessageCodec.encode(message, buffer);
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  boolean hasEnded() {
    return ended;
  }

  int heardBytes() {
    return heard.size();
  }

  /** Reads so much and no more. */
  void deafAfter(int bytes) {
    deafAfter = bytes;
  }

  /** Reads what waits. */
  void listen(Simulation simulation) {
    Session open = Objects.requireNonNull(session);
    simulation.on(Handle.worker(open.handle()), () -> onReadable(open));
  }

  int saidBytes() {
    return said;
  }

  /** Says more, now. */
  void add(Simulation simulation, byte[] more) {
    int from = bytes.length;
    bytes = Arrays.copyOf(bytes, from + more.length);
    System.arraycopy(more, 0, bytes, from, more.length);
    Session open = Objects.requireNonNull(session);
    simulation.on(Handle.worker(open.handle()), () -> say(open));
  }

  void close(Simulation simulation) {
    Session open = session;
    if (open != null && open.handle() >= 0) {
      simulation.on(Handle.worker(open.handle()), open::close);
    }
  }

  /** The records heard, payloads left out. */
  List<Message> heard() throws TransferException {
    ByteBuffer buffer = ByteBuffer.wrap(heard.toByteArray());
    List<Message> messages = new ArrayList<>();
    while (buffer.hasRemaining()) {
      int header = buffer.getInt();
      MessageCodec.checkHeader(header);
      messages.add(MessageCodec.decode(header, buffer.slice(buffer.position(), MessageCodec.bodyBytes(header))));
      buffer.position(buffer.position() + MessageCodec.bodyBytes(header));
    }
    return messages;
  }

  @Override
  public void onAttached(ApplicationContext context) {
    if (connects) {
      var _ = context.connect(ConnectOptions.of(uri), 0);
    } else {
      var _ = context.listen(uri);
    }
  }

  @Override
  public AcceptDecision onAccept(Session accepted) {
    session = accepted;
    say(accepted);
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onConnected(Session connected, long opaque) {
    session = connected;
    say(connected);
  }

  @Override
  public void onWritable(Session writable) {
    say(writable);
  }

  @Override
  public void onReadable(Session readable) {
    byte[] buffer = new byte[4096];
    for (int count; heard.size() < deafAfter && (count = readable.read(buffer, 0, buffer.length)) > 0; ) {
      heard.write(buffer, 0, count);
    }
  }

  @Override
  public void onDisconnected(Session closed) {
    onReadable(closed);
    ended = true;
    if (said == bytes.length) {
      closed.close();
    }
  }

  @Override
  public void onReset(Session reset) {
    onReadable(reset);
    ended = true;
    reset.close();
  }

  private void say(Session to) {
    int count = to.write(bytes, said, bytes.length - said);
    said += Math.max(0, count);
    if (count >= 0 && said < bytes.length) {
      to.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }
}
