package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/**
 * Connects on their way to their worker, and the names of segments. Elsewhere requests were parked per worker and a
 * stale word decided whether the worker was told, so that some were served twice or never; and a client's segment was
 * named by 8 bits of its worker's number, so that the 257th took the name of the first.
 */
class Defect9Test {
  private static final int DATA_WORKERS = 3;
  private static final int MAX_CONNECTIONS = 1 << 16;
  /** More than a worker takes out of its mailbox in one turn, from each of the workers. */
  private static final int LARGE_BURST = 1_000;
  private static final int CLIENTS = 300;
  /** What differs from another client by 256: in 8 bits the same. */
  private static final int FIRST = 4;
  private static final int NAMESAKE = FIRST + 256;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void defect_9_every_connect_of_a_burst_reaches_its_worker_once(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LocalHost host = new LocalHost(DATA_WORKERS, StackLimits.DEFAULT, MAX_CONNECTIONS, seed);
    Probe server = new Probe("server");
    host.attach(server, roomy("server"));
    host.listen(server, LocalHost.LISTEN);
    Probe client = new Probe("client");
    host.attach(client, roomy("client"));
    long connects = 0;
    for (int burst = 0; burst < 10; burst++) {
      int size = burst == 5 ? LARGE_BURST : random.nextInt(40);
      long first = connects + 1;
      host.onMain(() -> {
        for (int i = 0; i < size; i++) {
          assertThat(client.context().connect(LocalHost.SERVER, first + i)).isEqualTo(SessionError.NONE);
        }
      });
      connects += size;
      // Sometimes the next burst comes while this one is under way, sometimes when all workers sleep again.
      if (random.nextBoolean()) {
        host.settle();
      } else {
        for (int steps = random.nextInt(30); steps > 0; steps--) {
          host.runtime.step();
        }
      }
    }
    host.settle();
    assertThat(client.told()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(
        LongStream.rangeClosed(1, connects).mapToObj(opaque -> "connected " + opaque).toList());
    assertThat(server.told()).as("seed %d", seed).hasSize((int) connects).containsOnly("accepted");
    assertThat(perWorker(server.sessions)).as("seed %d: in turn", seed)
        .allSatisfy(count -> assertThat(count).isBetween(connectsPerWorker(server), connectsPerWorker(server) + 1));
    assertThat(client.sessions).extracting(Session::handle).doesNotHaveDuplicates();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  /** A full event queue would refuse some of them. */
  private static AttachOptions roomy(String name) {
    return LocalHost.small(name).with().segments(8 << 20, 1 << 20, 1 << 10).eventQueueEvents(4 * LARGE_BURST).build();
  }

  private static int connectsPerWorker(Probe server) {
    return server.sessions.size() / DATA_WORKERS;
  }

  private static List<Integer> perWorker(List<Session> sessions) {
    List<Integer> counts = new ArrayList<>();
    for (int worker = 1; worker <= DATA_WORKERS; worker++) {
      int index = worker;
      counts.add((int) sessions.stream().filter(session -> Handle.worker(session.handle()) == index).count());
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, DATA_WORKERS})
  void defect_9_the_segments_of_more_clients_than_8_bits_number_keep_their_names(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = new Probe("server");
    host.attach(server, tiny("server"));
    host.listen(server, LocalHost.LISTEN);
    List<Probe> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Probe client = new Probe("client-" + i);
      host.attach(client, tiny(client.name));
      host.join(client);
      clients.add(client);
    }
    assertThat(clients).allSatisfy(client -> assertThat(client.segments).hasSize(1));
    assertThat(clients.stream().flatMap(client -> client.segments.stream()).toList())
        .doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(server.segments);

    // Each pair has memory of its own under its name.
    for (int i = 0; i < CLIENTS; i++) {
      say(host, clients.get(i), "text " + i);
    }
    for (int i = 0; i < CLIENTS; i++) {
      assertThat(heard(host, server.sessions.get(i))).isEqualTo("text " + i);
    }

    // The end of one takes the segment of that one away, and not that of its namesake in 8 bits.
    long name = clients.get(FIRST).segments.iterator().next();
    host.at(clients.get(FIRST).session(), clients.get(FIRST).session()::close);
    host.settle();
    host.at(server.sessions.get(FIRST), server.sessions.get(FIRST)::close);
    host.letSegmentsGo();
    assertThat(clients.get(FIRST).segments).isEmpty();
    assertThat(server.segments).hasSize(CLIENTS - 1).doesNotContain(name);
    assertThat(clients.get(NAMESAKE).log).doesNotContain("segment removed");
    say(host, clients.get(NAMESAKE), "still here");
    assertThat(heard(host, server.sessions.get(NAMESAKE))).isEqualTo("still here");

    clients.forEach(host::detach);
    host.detach(server);
    host.assertNothingLeft();
  }

  private static void say(LocalHost host, Probe client, String text) {
    host.at(client.session(), () -> assertThat(Probe.write(client.session(), text)).isEqualTo(text.length()));
  }

  private static String heard(LocalHost host, Session session) {
    List<String> heard = new ArrayList<>();
    host.at(session, () -> heard.add(Probe.read(session)));
    return heard.getFirst();
  }

  private static AttachOptions tiny(String name) {
    return AttachOptions.named(name).with().segments(1 << 20, 64 << 10, 1 << 10).fifoBytes(4 << 10, 4 << 10)
        .eventQueueEvents(64).build();
  }
}
