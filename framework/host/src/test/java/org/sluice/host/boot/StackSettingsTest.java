package org.sluice.host.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.StackLimits;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.Settings;
import org.sluice.host.problem.ProblemsException;

class StackSettingsTest {
  @TempDir Path home;

  @Test
  void the_defaults_of_the_configuration_are_those_of_the_stack() throws ProblemsException {
    assertThat(StackSettings.limits(settings().section("stack"))).isEqualTo(StackLimits.DEFAULT);
  }

  @Test
  void values_that_do_not_fit_together_are_an_operators_error() throws ProblemsException {
    Settings turned = settings("stack.ports.first=9000", "stack.ports.last=8000");
    assertThatThrownBy(() -> StackSettings.of(turned)).isInstanceOf(ProblemsException.class)
        .hasMessageContainingAll("CFG-009", "9000..8000");
    Settings odd = settings("stack.limits.mailbox=1000");
    assertThatThrownBy(() -> StackSettings.of(odd)).hasMessageContainingAll("CFG-009", "power of two", "1000");
  }

  @Test
  void the_session_layer_is_on_unless_it_is_configured_off() throws ProblemsException {
    assertThat(StackSettings.of(settings()).build().sessionLayerSwitch().isOn()).isTrue();
    assertThat(StackSettings.of(settings("stack.session-layer=disabled")).build().sessionLayerSwitch().isOn())
        .isFalse();
  }

  @Test
  void the_backend_of_rules_is_the_configured_one() throws ProblemsException {
    assertThat(StackSettings.of(settings()).build().policy().backend()).isEqualTo(PolicyBackend.NONE);
    for (PolicyBackend backend : PolicyBackend.values()) {
      Settings chosen = settings("stack.rt-backend=" + backend.label());
      assertThat(StackSettings.of(chosen).build().policy().backend()).isEqualTo(backend);
    }
  }

  @Test
  void the_processors_of_workers_are_a_list_of_some_that_there_are() throws ProblemsException {
    assertThat(CpuList.parse("")).isEmpty();
    assertThat(CpuList.parse("7, 2-4,0")).containsExactly(7, 2, 3, 4, 0);
    for (String wrong : List.of("x", "1,", "4-2", "-1", "8191", "9999")) {
      Settings turned = settings("stack.cpus=\"" + wrong + "\"");
      assertThatThrownBy(() -> StackSettings.of(turned)).isInstanceOf(ProblemsException.class)
          .hasMessageContainingAll("CFG-009", "cpus");
    }
  }

  private Settings settings(String... assignments) throws ProblemsException {
    return new ConfigurationLoader(home, null, List.of(assignments)).check(List.of(), Set.of());
  }
}
