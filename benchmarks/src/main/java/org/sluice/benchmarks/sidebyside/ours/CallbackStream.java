package org.sluice.benchmarks.sidebyside.ours;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.Taking;
import org.sluice.benchmarks.sidebyside.harness.Traffic;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/**
 * A stream of bytes. The writer gives way after as much as a reader takes in one call, so that it is read while hot.
 */
public final class CallbackStream extends CallbackContender {
  /** IPv4 and TCP with timestamps. */
  private static final int TCP_HEADERS_BYTES = 20 + 20 + 12;
  /** What applications get that ask for nothing. */
  private static final int TCP_FIFO_BYTES = 256 << 10;

  private final Traffic traffic;
  private final int operationBytes;
  private final Taking taking;
  private final Intake intake;
  private final Session session;
  private long written;
  private long takenBefore;
  private int messageOffset;
  private boolean stopped;

  private CallbackStream(SluiceHost host, int fifoBytes, int messageBytes, int operationBytes, Taking taking)
      throws Exception {
    super(host);
    this.operationBytes = operationBytes;
    traffic = new Traffic(messageBytes, taking);
    intake = traffic.intake();
    this.taking = taking;
    host.serve(new Reader(), SluiceHost.options("reader", fifoBytes));
    CompletableFuture<Session> connected = new CompletableFuture<>();
    host.attach(new Writer(connected), SluiceHost.options("writer", fifoBytes))
        .connect(host.server(), 0);
    session = await(connected);
  }

  /**
   * Makes contenders.
   *
   * @param messageBytes the length of a write
   * @param taking what the reader does with each byte
   * @return opens such a contender
   */
  public static Contender.Opener streaming(int messageBytes, Taking taking) {
    return () -> new CallbackStream(
        SluiceHost.local(), Traffic.CAPACITY_BYTES, messageBytes, messageBytes, taking);
  }

  /**
   * Makes contenders over TCP, whose operation is a segment.
   *
   * @param mtuBytes of the wire
   * @param messageBytes the length of a write
   * @param taking what the reader does with each byte
   * @return opens such a contender
   */
  public static Contender.Opener overWire(int mtuBytes, int messageBytes, Taking taking) {
    return () -> new CallbackStream(
        SluiceHost.overWire(mtuBytes, Map.of()), TCP_FIFO_BYTES, messageBytes, mtuBytes - TCP_HEADERS_BYTES, taking);
  }

  @Override
  public Reading run(long repetitionNs) throws Exception {
    Reading reading = super.run(repetitionNs);
    intake.verify();
    return reading;
  }

  @Override
  void begin() {
    stopped = false;
    takenBefore = intake.taken();
    write();
  }

  private void write() {
    if (isOver(System.nanoTime())) {
      stopped = true;
      finishIfTaken();
      return;
    }
    int burst = 0;
    while (burst < Traffic.MOST_BYTES) {
      int wanted = traffic.messageBytes() - messageOffset;
      int count = checked(session.write(traffic.source(), messageOffset, wanted));
      if (count < 0) {
        return;
      }
      written += count;
      burst += count;
      if (count < wanted) {
        messageOffset += count;
        break;
      }
      messageOffset = 0;
    }
    session.wantWritable(WritableWish.NOT_FULL, 0);
  }

  private void finishIfTaken() {
    long bytes = intake.taken() - takenBefore;
    if (stopped && intake.taken() == written) {
      finish(bytes / operationBytes, bytes, null);
    }
  }

  @Override
  public void close() throws Exception {
    super.close();
    traffic.close();
  }

  private final class Writer extends Steady {
    private final CompletableFuture<Session> connected;

    Writer(CompletableFuture<Session> connected) {
      this.connected = connected;
    }

    @Override
    public void onConnected(Session given, long opaque) {
      connected.complete(given);
    }

    @Override
    public void onWritable(Session writable) {
      if (!stopped) {
        write();
      }
    }
  }

  private final class Reader extends Steady {
    @Override
    public void onReadable(Session readable) {
      if (taking == Taking.COPY) {
        copy(readable);
      } else {
        sum(readable);
      }
      finishIfTaken();
    }

    private void copy(Session readable) {
      int count = checked(readable.read(intake.target(), 0, Traffic.MOST_BYTES));
      while (count > 0) {
        intake.copied(count);
        count = checked(readable.read(intake.target(), 0, Traffic.MOST_BYTES));
      }
    }

    private void sum(Session readable) {
      FifoConsumer rx = readable.rx();
      ReadView view = rx.view(Traffic.MOST_BYTES);
      while (view != null) {
        int count = view.length();
        intake.take(view.memory().address() + view.offset(), count);
        view.release(count);
        view = rx.view(Traffic.MOST_BYTES);
      }
      readable.consumed();
    }
  }
}
