package org.sluice.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.harness.TwoThreads;

class OptionsTest {

  @Test
  void all_of_them() {
    assertThat(Options.parse(List.of("cutthrough", "--quick", "--only", "a*", "--json", "x.json", "--list")))
        .isEqualTo(new Options("cutthrough", true, true, "a*", Path.of("x.json")));
    assertThat(Options.parse(List.of("cutthrough")))
        .isEqualTo(new Options("cutthrough", false, false, "*", null));
  }

  @Test
  void what_is_wrong_is_named() {
    assertThatThrownBy(() -> Options.parse(List.of("cutthrough", "--fast"))).hasMessage("unknown option: --fast");
    assertThatThrownBy(() -> Options.parse(List.of("cutthrough", "tcp"))).hasMessage("unknown option: tcp");
    assertThatThrownBy(() -> Options.parse(List.of("cutthrough", "--only"))).hasMessage("--only needs a value");
  }

  @Test
  void a_pattern_chooses_by_name() {
    Options options = Options.parse(List.of("cutthrough", "--only", "stream-64?-*-vs-agrona"));

    assertThat(options.wants("stream-64k-copy-vs-agrona")).isTrue();
    assertThat(options.wants("stream-64k-copy-vs-aeron")).isFalse();
    assertThat(options.wants("stream-1k-copy-vs-agrona")).isFalse();
  }

  @Test
  void the_suite_has_no_name_twice() {
    try (TwoThreads threads = new TwoThreads()) {
      List<String> names = new CutThroughSuite(threads).experiments().stream().map(Experiment::name).toList();

      assertThat(names).isNotEmpty().doesNotHaveDuplicates();
      assertThat(names).contains("connect-64-vs-tcp", "idle-pair-heap", "idle-cpu");
    }
  }

  @Test
  void the_session_suite_has_no_name_twice() {
    List<String> names = SessionSuite.experiments().stream().map(Experiment::name).toList();

    assertThat(names).contains("lookup-1m-vs-map", "rules-100k-vs-linear").doesNotHaveDuplicates();
  }
}
