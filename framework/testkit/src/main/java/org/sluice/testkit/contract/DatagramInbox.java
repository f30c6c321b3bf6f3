package org.sluice.testkit.contract;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;

/** Reads datagrams with their addresses and writes them down: what a test puts into {@code onReadable}. */
public final class DatagramInbox implements Consumer<Session> {
  private final byte[] buffer;
  private final DatagramAddress from = new DatagramAddress();
  private final List<Datagram> all = new ArrayList<>();
  private boolean answers;

  /**
   * A datagram that was read.
   *
   * @param session the handle of the session it was read from
   * @param local the own side
   * @param remote the peer
   * @param data the payload
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by its parts only.
  public record Datagram(long session, Endpoint local, Endpoint remote, byte[] data) {}

  /**
   * An empty one.
   *
   * @param maxBytes the longest datagram
   */
  public DatagramInbox(int maxBytes) {
    buffer = new byte[maxBytes];
  }

  /**
   * Makes it send each datagram back to where it came from.
   *
   * @return this
   */
  public DatagramInbox answering() {
    answers = true;
    return this;
  }

  /**
   * What was read.
   *
   * @return oldest first
   */
  public List<Datagram> all() {
    return List.copyOf(all);
  }

  @Override
  public void accept(Session session) {
    MemorySegment target = MemorySegment.ofArray(buffer);
    int read = session.readDatagram(target, 0, buffer.length, from);
    while (read > 0) {
      byte[] data = new byte[read];
      System.arraycopy(buffer, 0, data, 0, read);
      all.add(new Datagram(session.handle(), from.localEndpoint(), from.remoteEndpoint(), data));
      if (answers && session.writeDatagram(target, 0, read, from) != read) {
        throw new AssertionError("an answer of " + read + " bytes to " + from + " was not taken");
      }
      read = session.readDatagram(target, 0, buffer.length, from);
    }
  }
}
