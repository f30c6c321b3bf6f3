package org.sluice.benchmarks.sidebyside.ours;

import java.lang.foreign.MemorySegment;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Taking;
import org.sluice.benchmarks.sidebyside.harness.ThreadWords;
import org.sluice.benchmarks.sidebyside.harness.Traffic;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.session.StreamReader;
import org.sluice.spi.session.StreamWriter;

/** A session of two threads: by calls that copy, or by views on both sides. */
public final class ThreadStream implements StreamPeer {
  /** So much of the present message is written: a FIFO takes what fits. */
  private static final int BEGUN = 0;

  private final ThreadPair pair;
  private final StreamWriter writer;
  private final StreamReader reader;
  private final MemorySegment source;
  private final int messageBytes;
  private final Intake intake;
  private final boolean views;
  private final ThreadWords writing;

  private ThreadStream(Traffic traffic, boolean views) throws InterruptedException {
    this.views = views;
    pair = new ThreadPair(Traffic.CAPACITY_BYTES, Long.MAX_VALUE);
    writer = pair.client.writer();
    reader = pair.server.reader();
    source = traffic.source();
    messageBytes = traffic.messageBytes();
    intake = traffic.intake();
    writing = traffic.newWords();
  }

  /**
   * Makes such sessions.
   *
   * @param taking with {@link Taking#COPY} calls that copy, else views
   * @return opens one
   */
  public static StreamPeer.Factory of(Taking taking) {
    return traffic -> new ThreadStream(traffic, taking != Taking.COPY);
  }

  @Override
  public long write(int messages) {
    return views ? writeInPlace(messages) : writeCopies(messages);
  }

  private long writeCopies(int messages) {
    long bytes = 0;
    int begun = (int) writing.get(BEGUN);
    for (int i = 0; i < messages; i++) {
      int taken = ThreadPair.checked(writer.offer(source, begun, messageBytes - begun));
      bytes += taken;
      begun += taken;
      if (begun < messageBytes) {
        break;
      }
      begun = 0;
    }
    writing.set(BEGUN, begun);
    return bytes;
  }

  private long writeInPlace(int messages) {
    long bytes = 0;
    for (int i = 0; i < messages; i++) {
      WriteView room = writer.claim(messageBytes);
      if (room == null) {
        break;
      }
      // A view may be shorter than was asked for, where the FIFO is full; a message is written whole.
      if (room.length() < messageBytes) {
        room.abort();
        break;
      }
      MemorySegment.copy(source, 0, room.memory(), room.offset(), messageBytes);
      bytes += room.commit(messageBytes);
    }
    return bytes;
  }

  @Override
  public long read() {
    if (!views) {
      int bytes = ThreadPair.checked(reader.poll(intake.target(), 0, Traffic.MOST_BYTES));
      if (bytes > 0) {
        intake.copied(bytes);
      }
      return bytes;
    }
    ReadView content = reader.view(Traffic.MOST_BYTES);
    if (content == null) {
      ThreadPair.checked(reader.readable());
      return 0;
    }
    int bytes = content.length();
    intake.take(content.memory().address() + content.offset(), bytes);
    content.release(bytes);
    return bytes;
  }

  @Override
  public void close() {
    pair.close();
  }
}
