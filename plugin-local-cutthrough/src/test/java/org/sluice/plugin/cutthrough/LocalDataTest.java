package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Bytes and notifications between the two ends: L05, L06, L12. */
class LocalDataTest {
  private static final List<WritableWish> WISHES = List.of(WritableWish.values());

  @Test
  void L05_the_rx_fifo_of_each_side_is_the_tx_fifo_of_the_other_and_nothing_is_copied() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    assertThat(own.tx().headerOffset()).isEqualTo(other.rx().headerOffset());
    assertThat(own.rx().headerOffset()).isEqualTo(other.tx().headerOffset());
    assertThat(own.tx().headerOffset()).isNotEqualTo(own.rx().headerOffset());
    assertThat(host.fifos()).as("one pair for both").isEqualTo(2);
    host.at(own, () -> {
      WriteView claim = Objects.requireNonNull(own.tx().claim(100));
      claim.memory().set(ValueLayout.JAVA_BYTE, claim.offset(), (byte) 77);
      long written = claim.memory().address() + claim.offset();
      claim.commit(100);
      own.written();
      ReadView view = Objects.requireNonNull(other.rx().view(100));
      assertThat(view.memory().address() + view.offset()).as("read where it was written").isEqualTo(written);
      assertThat(view.memory().get(ValueLayout.JAVA_BYTE, view.offset())).isEqualTo((byte) 77);
      view.release(100);
      other.consumed();
    });
    host.settle();
    assertThat(server.told()).containsExactly("accepted");
  }

  @Test
  void L05_the_fifos_go_when_both_ends_have_left_not_before() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    host.at(own, () -> {
      Probe.write(own, "for later");
      own.close();
    });
    host.settle();
    host.letSegmentsGo();
    assertThat(host.fifos()).isEqualTo(2);
    assertThat(server.segments).hasSize(1);
    host.at(other, () -> {
      assertThat(Probe.read(other)).isEqualTo("for later");
      other.close();
    });
    host.settle();
    assertThat(host.fifos()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 5000, 64 << 10})
  void L05_L12_bytes_arrive_whole_and_in_order_both_ways_whatever_the_fifo_size(int fifoBytes) {
    for (long seed = 1; seed <= 4; seed++) {
      LocalHost host = new LocalHost(seed % 2 == 0 ? 1 : 0);
      Pump server = new Pump(seed, 1 << 20);
      Pump client = new Pump(-seed, 1 << 20);
      AttachOptions options = LocalHost.small("x").with().fifoBytes(fifoBytes, fifoBytes).build();
      host.main(() -> host.scope.applications().attach(server, named(options, "server")).join());
      host.main(() -> host.scope.applications().attach(client, named(options, "client")).join());
      host.onMain(() -> server.context.listen(LocalHost.LISTEN).join());
      host.onMain(() -> client.context.connect(LocalHost.SERVER, 0));
      host.settle();
      assertThat(server.received).as("seed %d: received by the server", seed).isEqualTo(1 << 20);
      assertThat(client.received).as("seed %d: received by the client", seed).isEqualTo(1 << 20);
      assertThat(server.wrong + client.wrong).as("seed %d: wrong bytes", seed).isZero();
      assertThat(host.fifos()).as("seed %d", seed).isZero();
    }
  }

  private static AttachOptions named(AttachOptions like, String name) {
    return LocalHost.small(name).with().fifoBytes(like.rxFifoBytes(), like.txFifoBytes()).build();
  }

  /**
   * Sends a known stream in pieces of random length and checks the one it receives, also in such pieces, asking to be
   * told of room in each of the three ways: L06. It stalls, and the test sees fewer bytes, when one notification fails.
   */
  private static final class Pump implements Application {
    private final SplittableRandom random;
    private final long total;
    private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 16);
    private ApplicationContext context;
    private long sent;
    private long received;
    private long wrong;

    @SuppressWarnings("NullAway.Init") // Attached before it is used.
    Pump(long seed, long total) {
      random = new SplittableRandom(seed);
      this.total = total;
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public AcceptDecision onAccept(Session session) {
      send(session);
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      send(session);
    }

    @Override
    public void onWritable(Session session) {
      send(session);
    }

    @Override
    public void onReadable(Session session) {
      // Often only some: the rest is read when there is room to write, or when more comes.
      receive(session, random.nextInt(1, 20));
      if (session.readable() > 0) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
      send(session);
    }

    private void receive(Session session, int rounds) {
      for (int i = 0; i < rounds && session.readable() > 0; i++) {
        int got = session.read(buffer, 0, random.nextInt(1, 6000));
        for (int b = 0; b < got; b++) {
          wrong += buffer.get(ValueLayout.JAVA_BYTE, b) == pattern(received + b) ? 0 : 1;
        }
        received += got;
      }
    }

    private void send(Session session) {
      receive(session, Integer.MAX_VALUE);
      while (sent < total) {
        int length = (int) Math.min(total - sent, random.nextInt(1, 9000));
        for (int i = 0; i < length; i++) {
          buffer.set(ValueLayout.JAVA_BYTE, i, pattern(sent + i));
        }
        int taken = session.write(buffer, 0, length);
        sent += Math.max(0, taken);
        if (taken < length) {
          WritableWish wish = WISHES.get(random.nextInt(WISHES.size()));
          session.wantWritable(wish, random.nextInt(1, 4000));
          return;
        }
      }
      if (received == total) {
        session.close();
      }
    }

    private static byte pattern(long position) {
      return (byte) (position * 31 + (position >>> 8));
    }
  }

  @Test
  void L06_room_is_told_once_when_the_reader_makes_it_and_the_wish_is_gone_then() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session writer = client.session();
    Session reader = server.session();
    byte[] much = new byte[32 << 10];
    host.at(writer, () -> {
      assertThat(writer.write(much, 0, much.length)).isEqualTo(16 << 10);
      writer.wantWritable(WritableWish.THRESHOLD, 8 << 10);
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected");
    host.at(reader, () -> reader.read(much, 0, (8 << 10) - 1));
    host.settle();
    assertThat(client.told()).as("one byte short of the threshold").containsExactly("connected");
    host.at(reader, () -> reader.read(much, 0, 1));
    host.settle();
    assertThat(client.told()).containsExactly("connected", "writable");
    host.at(reader, () -> reader.read(much, 0, 100));
    host.settle();
    assertThat(client.told()).containsExactly("connected", "writable");
  }

  @Test
  void L06_filled_again_before_the_notification_arrives_and_asked_again_still_ends_in_a_notification() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session writer = client.session();
    Session reader = server.session();
    byte[] much = new byte[16 << 10];
    host.at(writer, () -> {
      writer.write(much, 0, much.length);
      writer.wantWritable(WritableWish.NOT_FULL, 0);
      reader.read(much, 0, 1000);
      writer.write(much, 0, much.length);
      writer.wantWritable(WritableWish.NOT_FULL, 0);
    });
    List<Integer> room = new ArrayList<>();
    client.onWritable = session -> room.add(session.writable());
    host.settle();
    assertThat(room).as("told of room that is gone again").containsExactly(0);
    host.at(reader, () -> reader.read(much, 0, 1000));
    host.settle();
    assertThat(room).containsExactly(0, 1000);
  }

  @Test
  void a_thousand_wishes_for_room_that_is_there_are_one_event() {
    LocalHost host = new LocalHost(0);
    host.server();
    Probe client = host.client();
    host.join(client);
    Session writer = client.session();
    host.at(writer, () -> {
      for (int i = 0; i < 1000; i++) {
        writer.wantWritable(WritableWish.NOT_FULL, 0);
      }
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected", "writable");
    assertThat(host.counter("session.event-queue-full")).isZero();
  }

  @Test
  void readable_is_told_once_until_the_application_returned() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session writer = client.session();
    host.at(writer, () -> {
      for (int i = 0; i < 100; i++) {
        Probe.write(writer, "x");
      }
    });
    host.settle();
    assertThat(server.told()).containsExactly("accepted", "readable");
    host.at(writer, () -> Probe.write(writer, "y"));
    host.settle();
    assertThat(server.told()).containsExactly("accepted", "readable", "readable");
  }

  @Test
  void transfer_between_two_sessions_stops_at_a_full_target_and_goes_on_with_room() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    server.onReadable = session -> session.transferTo(session, Integer.MAX_VALUE);
    server.onWritable = session -> session.transferTo(session, Integer.MAX_VALUE);
    host.join(client);
    Session own = client.session();
    byte[] much = new byte[16 << 10];
    int[] back = {0};
    for (int i = 0; i < 5; i++) {
      host.at(own, () -> own.write(much, 0, much.length));
      host.settle();
    }
    client.onReadable = session -> back[0] += session.read(much, 0, much.length);
    for (int i = 0; i < 10; i++) {
      host.at(own, () -> back[0] += Math.max(0, own.read(much, 0, much.length)));
      host.settle();
    }
    assertThat(back[0]).isEqualTo(32 << 10);
  }
}
