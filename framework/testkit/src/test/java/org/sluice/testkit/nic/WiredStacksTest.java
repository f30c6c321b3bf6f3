package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.network.NetInterface;
import org.sluice.core.nic.Wires;
import org.sluice.spi.nic.LinkState;
import org.sluice.testkit.runtime.DeterministicRuntime;

/** Stacks that are given the same wires have the ends of them. */
final class WiredStacksTest {
  private final DeterministicRuntime runtime = new DeterministicRuntime(1);

  private Stack stack(String name, Wires wires) {
    Stack made = Stack.builder().name(name).clock(runtime.clock()).random(runtime.newRandom()).wires(wires).build();
    runtime.add(made.workerSet());
    return made;
  }

  private NetInterface end(Stack stack, String name) {
    NetInterface[] made = new NetInterface[1];
    runtime.on(stack.worker(0), () -> made[0] = stack.network().addInterface("wire", name, Map.of()).join());
    return made[0];
  }

  @Test
  void two_stacks_have_one_end_each_and_a_stranger_has_wires_of_its_own() {
    Wires shared = new Wires();
    try (Stack one = stack("one-", shared); Stack three = stack("three-", new Wires())) {
      NetInterface near = end(one, "w:0");
      NetInterface stranger = end(three, "w:1");
      assertThat(near.nic().linkState()).isEqualTo(LinkState.DOWN);
      assertThat(stranger.nic().linkState()).isEqualTo(LinkState.DOWN);
      try (Stack two = stack("two-", shared)) {
        NetInterface far = end(two, "w:1");
        assertThat(near.nic().linkState()).isEqualTo(LinkState.UP);
        assertThat(far.nic().linkState()).isEqualTo(LinkState.UP);
      }
      assertThat(near.nic().linkState()).isEqualTo(LinkState.DOWN);
      assertThat(stranger.nic().linkState()).isEqualTo(LinkState.DOWN);
    }
  }
}
