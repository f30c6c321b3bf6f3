package org.sluice.benchmarks.soak;

import java.util.concurrent.atomic.AtomicLong;
import org.sluice.spi.error.SessionError;

/** One direction of a session while it is played. Each side's fields are written by that side alone. */
final class Course {
  private static final long NOTHING = -1;

  final End from;
  final Way way;
  final Pattern pattern;
  private volatile long written;
  private volatile long read;
  private volatile SessionError sent = SessionError.NONE;
  private volatile SessionError received = SessionError.NONE;
  private final AtomicLong promised = new AtomicLong(NOTHING);
  private volatile String sending = "not begun";
  private volatile String receiving = "not begun";

  Course(End from, Way way) {
    this.from = from;
    this.way = way;
    pattern = new Pattern(way.seed());
  }

  long written() {
    return written;
  }

  long read() {
    return read;
  }

  void written(long bytes) {
    written += bytes;
  }

  void read(long bytes) {
    read += bytes;
  }

  /**
   * Whoever is about to end the direction says so: whatever was written until now must be read before an end of the
   * stream is told. Of what is written while somebody else ends it, nothing need be; so who says it first counts.
   */
  void promise() {
    promised.compareAndSet(NOTHING, written);
  }

  void sendingEnded(SessionError how) {
    sent = how;
  }

  void receivingEnded(SessionError how) {
    received = how;
  }

  void sending(String what) {
    sending = what;
  }

  void receiving(String what) {
    receiving = what;
  }

  /** Grows whenever a byte moves. */
  long progress() {
    return written + read;
  }

  /** What must hold when both sides have ended. */
  void check(boolean clean) {
    require(read <= written, "more was read than was written");
    if (clean) {
      require(sent == SessionError.NONE, "the sender was refused");
      require(received == SessionError.END_OF_STREAM, "no end of the stream was told");
      require(read == way.bytes(), "not all of " + way.bytes() + " bytes arrived");
      return;
    }
    require(sent == SessionError.NONE || sent == SessionError.CLOSED || isEnd(sent), "the sender fails oddly");
    require(received == SessionError.END_OF_STREAM || isEnd(received), "the receiver fails oddly");
    require(received != SessionError.END_OF_STREAM || read >= promised.get(), "bytes are missing before the end");
  }

  private static boolean isEnd(SessionError error) {
    return error == SessionError.RESET || error == SessionError.NOSESSION;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + ": " + this);
    }
  }

  @Override
  public String toString() {
    return "from " + from + ": written " + written + " of " + way.bytes() + " (" + sending + ", " + sent + "), read "
        + read + " (" + receiving + ", " + received + "), promised " + promised.get();
  }
}
