package org.sluice.testkit.contract;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Writes random bytes into a session, in pieces of random size, as fast as there is room. */
public final class DataPump implements Consumer<Session> {
  private final byte[] data;
  private final SplittableRandom random;
  private final int maxWriteBytes;
  private final Consumer<Session> whenDone;
  private int position;
  private boolean done;

  /**
   * Makes a pump for one session.
   *
   * @param seed decides data and pieces
   * @param totalBytes how much to write
   * @param maxWriteBytes the longest piece
   * @param whenDone given the session when all is written
   */
  public DataPump(long seed, int totalBytes, int maxWriteBytes, Consumer<Session> whenDone) {
    random = new SplittableRandom(seed);
    data = new byte[totalBytes];
    random.nextBytes(data);
    this.maxWriteBytes = maxWriteBytes;
    this.whenDone = whenDone;
  }

  /**
   * What is written.
   *
   * @return all of it
   */
  public byte[] data() {
    return data;
  }

  /**
   * What was taken so far.
   *
   * @return bytes
   */
  public int position() {
    return position;
  }

  /** Writes what fits and asks for room for the rest. */
  @Override
  public void accept(Session session) {
    while (position < data.length) {
      int piece = 1 + random.nextInt(Math.min(maxWriteBytes, data.length - position));
      int written = session.write(data, position, piece);
      if (written <= 0) {
        if (written == 0) {
          session.wantWritable(WritableWish.NOT_FULL, 0);
        }
        return;
      }
      position += written;
    }
    if (!done) {
      done = true;
      whenDone.accept(session);
    }
  }
}
