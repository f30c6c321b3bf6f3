package org.sluice.host.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pf4j.ExtensionPoint;
import org.sluice.core.Stack;
import org.sluice.core.fault.PluginFaults;
import org.sluice.host.testing.Owners;
import org.sluice.spi.host.ExtensionListener;

class ExtensionRegistryTest {
  private final Stack stack = Stack.builder().build();
  private final ExtensionRegistry registry = new ExtensionRegistry(stack.workerSet());
  private final List<String> events = new ArrayList<>();

  private record Pump(String name) implements ExtensionPoint {}

  private record Valve(String name) implements ExtensionPoint {}

  @BeforeEach
  void start() {
    stack.start();
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private final class Listener implements ExtensionListener<Pump> {
    @Override
    public void onAdded(Pump pump) {
      events.add("+" + pump.name + onWorker0());
    }

    @Override
    public void onRemoved(Pump pump) {
      events.add("-" + pump.name + onWorker0());
    }

    private String onWorker0() {
      return stack.workers().worker(0).isCurrent() ? "" : " on a wrong thread";
    }
  }

  @Test
  void a_listener_hears_of_those_that_are_there_and_of_each_that_comes_and_goes_in_order() {
    registry.add("a", new Pump("a1")).join();
    registry.watch(Owners.named("w"), Pump.class, new Listener()).join();
    registry.add("b", new Pump("b1")).join();
    registry.add("b", new Valve("v")).join();
    registry.add("b", new Pump("b2")).join();
    registry.removeAll("b").join();
    assertThat(events).containsExactly("+a1", "+b1", "+b2", "-b2", "-b1");
  }

  @Test
  void a_look_gives_the_extensions_of_a_point_in_the_order_they_came() {
    registry.add("a", new Pump("1")).join();
    registry.add("b", new Valve("2")).join();
    registry.add("c", new Pump("3")).join();
    assertThat(registry.extensions(Pump.class)).extracting(Pump::name).containsExactly("1", "3");
    assertThat(registry.extensions(ExtensionPoint.class)).hasSize(3);
  }

  @Test
  void a_plugin_that_stops_hears_nothing_more_not_even_of_its_own_end() {
    registry.watch(Owners.named("a"), Pump.class, new Listener()).join();
    registry.add("a", new Pump("own")).join();
    registry.removeAll("a").join();
    registry.add("b", new Pump("other")).join();
    assertThat(events).containsExactly("+own");
  }

  @Test
  void a_listener_that_throws_does_not_keep_others_from_hearing() {
    PluginFaults bad = Owners.named("bad");
    registry.watch(bad, Pump.class, new ExtensionListener<Pump>() {
      @Override
      public void onAdded(Pump pump) {
        throw new IllegalStateException("deaf");
      }

      @Override
      public void onRemoved(Pump pump) {
        throw new LinkageError("gone");
      }
    }).join();
    registry.watch(Owners.named("good"), Pump.class, new Listener()).join();
    registry.add("a", new Pump("1")).join();
    registry.removeAll("a").join();
    assertThat(events).containsExactly("+1", "-1");
    assertThat(bad.count()).isEqualTo(2);
  }
}
