package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** A worker of an application takes over one end of a local pair: the other end notices nothing. */
class LocalTakeOverTest {
  private static final int BYTES = 14_000;

  private final LocalHost host = new LocalHost(1);
  private final Probe server = host.server();
  private final Probe second = new Probe("second");
  private final ApplicationContext added = host.main(() -> server.context().addWorker(second).join());
  private final Probe client = host.client();

  private Session moved(Session session) {
    host.at(session,
        () -> assertThat(added.takeOver(session.handle()).join()).isEqualTo(SessionError.NONE));
    host.settle();
    return session;
  }

  private void passes(Session from, Session to, long seed) {
    byte[] sent = new byte[BYTES];
    new Random(seed).nextBytes(sent);
    byte[] received = new byte[BYTES];
    host.at(from, () -> assertThat(from.write(sent, 0, BYTES)).isEqualTo(BYTES));
    host.settle();
    host.at(to, () -> assertThat(to.read(received, 0, BYTES)).isEqualTo(BYTES));
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void S31_one_end_of_a_local_pair_is_taken_over_with_what_waits_in_both_directions() {
    server.onReadable = session -> { };
    client.onReadable = session -> { };
    second.onReadable = session -> { };
    host.join(client);
    Session mine = server.session();
    Session peer = client.session();
    byte[] up = new byte[BYTES];
    new Random(1).nextBytes(up);
    byte[] down = new byte[BYTES];
    new Random(2).nextBytes(down);
    host.at(peer, () -> {
      // In pieces, for several chunks each way.
      for (int at = 0; at < BYTES; at += 2000) {
        assertThat(peer.write(up, at, 2000)).isEqualTo(2000);
        assertThat(mine.write(down, at, 2000)).isEqualTo(2000);
      }
    });
    long queueBefore = peer.peerEventQueue();
    moved(mine);
    assertThat(peer.peerEventQueue()).isEqualTo(mine.eventQueue()).isNotEqualTo(queueBefore);
    byte[] got = new byte[BYTES];
    host.at(mine, () -> assertThat(mine.read(got, 0, BYTES)).isEqualTo(BYTES));
    assertThat(got).isEqualTo(up);
    host.at(peer, () -> assertThat(peer.read(got, 0, BYTES)).isEqualTo(BYTES));
    assertThat(got).isEqualTo(down);
    passes(peer, mine, 3);
    passes(mine, peer, 4);
    assertThat(second.told()).startsWith("readable").doesNotContain("accepted");
    assertThat(second.segments).as("the pair's segment, and the first one is not told").hasSize(1);
    int before = server.told().size();
    host.at(peer, peer::close);
    host.settle();
    assertThat(second.told()).contains("disconnected");
    assertThat(server.told()).as("the old owner hears nothing any more").hasSize(before);
    host.at(mine, mine::close);
    host.settle();
    assertThat(second.segments).isEmpty();
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void S31_the_new_owner_may_leave_too() {
    host.join(client);
    moved(server.session());
    host.main(added::detachWorker);
    host.settle();
    assertThat(client.told()).contains("disconnected");
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }
}
