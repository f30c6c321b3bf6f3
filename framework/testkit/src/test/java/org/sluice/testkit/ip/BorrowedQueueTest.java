package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.sluice.core.ip.IpLimits;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.testkit.host.TestHost;

/** Workers without a queue of a card send through one who has one. */
final class BorrowedQueueTest {
  private static final int PROTOCOL = 253;
  private static final int WORKERS = 4;

  private final Cable cable = new Cable();
  private final IpWorld world;
  private final TestHost host;
  private final List<Integer> sent = new ArrayList<>();

  BorrowedQueueTest() {
    cable.a.mostQueues = 2;
    world = new IpWorld(1, WORKERS - 1, IpLimits.DEFAULT, cable);
    host = TestHost.of(world.a, "transport");
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    cable.a.tap = (memory, offset, length) -> {
      sent.add((int) memory.get(ValueLayout.JAVA_BYTE, offset + 14 + Ip4Header.MIN_LENGTH));
      return true;
    };
  }

  private Path path(int worker) {
    PathRequest request =
        new PathRequest(IpAddress.parse(IpWorld.IP4_B), IpAddress.ANY_IP4, 0, -1, 0, PROTOCOL);
    return world.get(world.a, worker, () -> Objects.requireNonNull(host.network().path(request)));
  }

  /** Sends packets whose first byte is their number; returns how many were accepted. */
  private int send(int worker, Path path, int first, int count) {
    return world.get(world.a, worker, () -> {
      PacketBatch batch = new PacketBatch(count);
      int got = path.allocate(batch, count);
      for (int i = 0; i < got; i++) {
        batch.pool(i).memory().set(ValueLayout.JAVA_BYTE, batch.offset(i), (byte) (first + i));
        batch.bounds(i, batch.offset(i), 100);
      }
      return path.send(batch);
    });
  }

  @Test
  void packets_leave_in_their_order_by_the_queue_of_another_worker() {
    for (int worker = 0; worker < WORKERS; worker++) {
      sent.clear();
      Path path = path(worker);
      assertThat(send(worker, path, 0, 100)).isEqualTo(100);
      world.runtime.runUntilIdle();
      assertThat(sent).as("by worker %d", worker).hasSize(100).isSorted();
      assertThat(world.areFramesBack()).isTrue();
      world.get(world.a, worker, () -> {
        path.release();
        return true;
      });
    }
    assertThat(cable.a.queues).hasSize(2);
    assertThat(cable.a.queues).allMatch(queue -> queue.transmitted >= 200);
  }

  @Test
  void what_the_ring_has_no_room_for_is_counted_and_its_frames_are_back() {
    Path path = path(3);
    int accepted = world.get(world.a, 3, () -> {
      int sum = 0;
      for (int i = 0; i < 20; i++) {
        PacketBatch batch = new PacketBatch(64);
        int got = path.allocate(batch, 64);
        for (int k = 0; k < got; k++) {
          batch.bounds(k, batch.offset(k), 100);
        }
        sum += path.send(batch);
      }
      return sum;
    });
    world.runtime.runUntilIdle();
    assertThat(accepted).isEqualTo(16 * 64);
    assertThat(sent).hasSize(accepted);
    assertThat(IpWorld.count(world.a, "link.drop.queue-full")).isEqualTo(4 * 64);
    sent.clear();
    assertThat(send(3, path, 0, 64)).isEqualTo(64);
    world.runtime.runUntilIdle();
    assertThat(sent).hasSize(64);
  }

  @Test
  void an_interface_that_has_gone_meanwhile_is_no_harm() {
    Path path = path(3);
    assertThat(send(3, path, 0, 10)).isEqualTo(10);
    var _ = world.await(world.a, () -> world.a.network().deleteInterface("w"));
    world.runtime.runUntilIdle();
    assertThat(send(3, path, 0, 10)).isZero();
    assertThat(world.areFramesBack()).isTrue();
  }
}
