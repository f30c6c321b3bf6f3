package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.fault.PluginFaults;
import org.sluice.host.testing.Owners;
import org.sluice.spi.console.CommandException;

class CommandRegistryTest {
  private final CommandRegistry registry = new CommandRegistry();

  @BeforeEach
  void fill() {
    for (String name : List.of("show session", "show segment-manager", "show app", "show app mq", "quit", "plugin list",
        "plugin load")) {
      registry.add(Owners.named("host"), new FakeCommand(name));
    }
  }

  @Test
  void words_are_matched_in_full() throws CommandException {
    assertThat(find("show", "session", "verbose")).isEqualTo("show session");
  }

  @Test
  void the_longest_name_wins() throws CommandException {
    assertThat(find("show", "app", "mq")).isEqualTo("show app mq");
    assertThat(find("show", "app", "other")).isEqualTo("show app");
  }

  @Test
  void beginnings_that_fit_one_command_are_enough() throws CommandException {
    assertThat(find("sh", "ses")).isEqualTo("show session");
    assertThat(find("q")).isEqualTo("quit");
  }

  @Test
  void a_beginning_that_fits_several_commands_is_refused_naming_them() {
    assertThatThrownBy(() -> find("show", "se")).isInstanceOf(CommandException.class)
        .hasMessage("'show se' is ambiguous: show segment-manager, show session");
    assertThatThrownBy(() -> find("pl", "l")).hasMessage("'pl l' is ambiguous: plugin list, plugin load");
  }

  @Test
  void a_whole_word_is_preferred_to_the_beginning_of_a_longer_one() throws CommandException {
    registry.add(Owners.named("plugin"), new FakeCommand("show apple"));
    assertThat(find("show", "app")).isEqualTo("show app");
  }

  @Test
  void an_unknown_command_is_refused_with_the_nearest() {
    assertThatThrownBy(() -> find("show", "sesion", "verbose"))
        .hasMessage("unknown command 'show sesion verbose'; did you mean 'show session'?");
    assertThatThrownBy(() -> find("qiut")).hasMessage("unknown command 'qiut'; did you mean 'quit'?");
    assertThatThrownBy(() -> find("frobnicate")).hasMessage("unknown command 'frobnicate'; 'help' lists all commands");
  }

  @Test
  void the_status_of_an_unknown_command_is_that_of_wrong_usage() {
    assertThatThrownBy(() -> find("nothing"))
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitStatus()).isEqualTo(2));
  }

  @Test
  void the_start_of_commands_is_refused_with_what_may_follow() {
    assertThatThrownBy(() -> find("plugin")).hasMessage("'plugin' is not complete: plugin list, plugin load");
  }

  @Test
  void a_name_can_be_taken_once() {
    assertThatThrownBy(() -> registry.add(Owners.named("other"), new FakeCommand("quit")))
        .hasMessage("command 'quit' is there already, from host");
  }

  @Test
  void a_name_must_be_lower_case_words() {
    assertThatThrownBy(() -> registry.add(Owners.named("other"), new FakeCommand("Show  It")))
        .hasMessageContaining("lower-case");
  }

  @Test
  void completion_offers_words_of_names_and_then_what_the_command_offers() {
    registry.add(Owners.named("plugin"), new FakeCommand("echo send", "one", "two"));
    assertThat(registry.complete(List.of(""))).containsExactly("echo", "plugin", "quit", "show");
    assertThat(registry.complete(List.of("show", "s"))).containsExactly("segment-manager", "session");
    assertThat(registry.complete(List.of("echo", "send", "t"))).containsExactly("two");
    assertThat(registry.complete(List.of("nothing", ""))).isEmpty();
  }

  @Test
  void a_completion_that_throws_offers_nothing_and_is_counted() {
    PluginFaults shaky = Owners.named("shaky");
    registry.add(shaky, new FakeCommand("shake") {
      @Override
      public List<String> complete(List<String> words) {
        throw new IllegalStateException("no");
      }
    });
    assertThat(registry.complete(List.of("shake", ""))).isEmpty();
    assertThat(shaky.count()).isEqualTo(1);
  }

  private String find(String... words) throws CommandException {
    return registry.find(List.of(words)).name();
  }
}
