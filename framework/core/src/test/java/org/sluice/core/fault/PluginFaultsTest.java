package org.sluice.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.sluice.core.runtime.CounterRegistry;

class PluginFaultsTest {
  private final RecordingLogger log = new RecordingLogger();
  private final PluginFaults faults = new PluginFaults("bad", new CounterRegistry(1).scope("bad"), log);

  private static final class RecordingLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines = new ArrayList<>();

    @Override
    protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, String pattern,
        Object @Nullable [] arguments, @Nullable Throwable thrown) {
      lines.add(level + " " + MessageFormatter.basicArrayFormat(pattern, arguments) + " " + thrown);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return false;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }

  private void caught(String where, int times) {
    for (int i = 0; i < times; i++) {
      faults.caught(where, new IllegalStateException("as told"));
    }
  }

  @Test
  void the_first_of_a_place_is_logged_with_what_was_thrown() {
    caught("connect", 1);
    assertThat(log.lines).containsExactly(
        "ERROR plugin bad: connect threw java.lang.IllegalStateException: as told");
  }

  @Test
  void a_function_that_throws_on_every_turn_is_counted_each_time_and_logged_at_every_doubling() {
    caught("updateTime", 1000);
    assertThat(faults.count()).isEqualTo(1000);
    assertThat(log.lines).hasSize(10);
    assertThat(log.lines.getLast()).startsWith(
        "ERROR plugin bad: updateTime threw, 512 times by now; the next to be logged is number 1024 ");
  }

  @Test
  void one_place_does_not_silence_another() {
    caught("updateTime", 100);
    int before = log.lines.size();
    caught("connect", 3);
    assertThat(log.lines.subList(before, log.lines.size())).hasSize(2).allMatch(line -> line.contains("connect"));
    assertThat(faults.count()).isEqualTo(103);
  }

  @Test
  void errors_of_the_machine_are_counted_and_thrown_on() {
    assertThatThrownBy(() -> faults.caught("connect", new InternalError("broken"))).isInstanceOf(InternalError.class);
    faults.caught("connect", new StackOverflowError());
    assertThat(faults.count()).isEqualTo(2);
  }
}
