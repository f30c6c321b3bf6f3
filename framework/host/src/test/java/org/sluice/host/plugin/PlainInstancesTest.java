package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.spi.host.HostServices;

class PlainInstancesTest {
  /** Knows nothing; what is made here only keeps it. */
  private static final HostServices SERVICES = (HostServices) Proxy.newProxyInstance(
      HostServices.class.getClassLoader(), new Class<?>[] {HostServices.class}, (proxy, method, arguments) -> null);

  public record First(HostServices services) {}

  public record Second(First first, HostServices services) {}

  public record Circle(Round round) {}

  public record Round(Circle circle) {}

  public record Stranger(List<String> words) {}

  public static final class Late {
    @Inject @Nullable HostServices services;

    public Late() {}
  }

  public static final class Bindings extends AbstractModule {}

  public static final class Broken {
    public Broken(HostServices services) {
      throw new IllegalStateException("no room");
    }
  }

  @Test
  void each_is_made_once_and_given_to_those_that_ask_for_it() {
    Instances made = PlainInstances.of(SERVICES, List.of(Second.class, First.class)).orElseThrow();
    assertThat(made.get(First.class)).isSameAs(made.get(Second.class).first()).isSameAs(made.get(First.class));
    assertThat(made.get(Second.class).services()).isSameAs(SERVICES);
  }

  @Test
  void what_asks_for_more_is_left_to_an_injector() {
    for (Class<?> type : List.of(Circle.class, Stranger.class, Late.class, Bindings.class, Second.class)) {
      assertThat(PlainInstances.of(SERVICES, List.of(type))).as(type.getSimpleName()).isEmpty();
    }
    assertThat(PlainInstances.of(SERVICES, List.of(Circle.class, Round.class))).isEmpty();
    assertThat(PlainInstances.of(SERVICES, List.of(First.class, Stranger.class))).isEmpty();
  }

  @Test
  void a_constructor_that_throws_is_a_failure_of_the_plugin_with_its_cause() {
    assertThatThrownBy(() -> PlainInstances.of(SERVICES, List.of(First.class, Broken.class)))
        .isInstanceOf(PluginFailure.class).hasMessageContaining("no room").hasMessageContaining("cannot be made");
  }
}
