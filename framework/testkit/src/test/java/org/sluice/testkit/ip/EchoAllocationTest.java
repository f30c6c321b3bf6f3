package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.runtime.StackWorker;
import org.sluice.testkit.runtime.AllocatedBytes;

/** In the steady state a packet in and a packet out cost no heap. */
final class EchoAllocationTest {
  private static final int ECHOES = 2_000;

  @ParameterizedTest
  @ValueSource(strings = {IpWorld.IP4_A, IpWorld.IP6_A})
  void an_echo_allocates_nothing(String address) {
    IpWorld world = new IpWorld(1);
    List<byte[]> sent = new ArrayList<>();
    world.cable.b.tap = (memory, offset, length) ->
        sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    assertThat(world.ping(world.b, address, 1, 56).received()).isEqualTo(1);
    MemorySegment request = MemorySegment.ofArray(sent.get(1));
    world.cable.b.open = false;
    StackWorker worker = world.a.worker(0);
    long before = IpWorld.count(world.a, "icmp.echo");
    long[] rounds = new long[1];
    world.runtime.on(worker, () -> assertThat(AllocatedBytes.leastOf(() -> {
      rounds[0]++;
      for (int i = 0; i < ECHOES; i++) {
        world.cable.a.inject(request);
        worker.turn();
      }
    })).isZero());
    assertThat(IpWorld.count(world.a, "icmp.echo") - before).isEqualTo(rounds[0] * ECHOES);
  }
}
