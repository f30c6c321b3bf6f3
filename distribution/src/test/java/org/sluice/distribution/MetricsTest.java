package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code curl} gets of a running host is the text format of Prometheus, line by line, and grows with traffic. */
class MetricsTest {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
  private static final Pattern SAMPLE = Pattern.compile("(\\S+) (\\d+\\.\\d+(E\\d+)?)");

  @TempDir Path folder;

  @Test
  void curl_gets_metrics_that_parse_and_grow_with_traffic() throws Exception {
    try (RunningHost host = RunningHost.start(folder, "--set", "plugins.metrics.listen=127.0.0.1:0")) {
      String url = host.ask("show metrics").lines().findFirst().orElseThrow().replaceFirst("url: +", "");
      Map<String, Double> before = parse(curl(url));
      assertThat(before).containsKey("sluice_tcp_segments_in_total").containsKey("sluice_jvm_heap_used_bytes");
      host.ask("echo send ct://127.0.0.1/7 hello");
      Map<String, Double> after = parse(curl(url));
      assertThat(after.get("sluice_metrics_scrapes_total"))
          .isEqualTo(before.getOrDefault("sluice_metrics_scrapes_total", 0.0) + 1);
      List<String> grown = new ArrayList<>();
      after.forEach((name, value) -> {
        if (name.endsWith("_total") && value > before.getOrDefault(name, 0.0)) {
          grown.add(name);
        }
        if (name.endsWith("_total")) {
          assertThat(value).as(name).isGreaterThanOrEqualTo(before.getOrDefault(name, 0.0));
        }
      });
      assertThat(grown).contains("sluice_stack_segment_added_total");
    }
  }

  private static String curl(String url) throws Exception {
    Outcome outcome = Outcome.of(new Launch(Path.of("curl"), "-sS", "--fail", "--max-time", "20", url));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** As strictly as Prometheus: each family once, its HELP and TYPE before its sample, no name twice. */
  static Map<String, Double> parse(String text) {
    assertThat(text).endsWith("\n");
    Map<String, Double> samples = new HashMap<>();
    Map<String, String> types = new HashMap<>();
    Set<String> helped = new HashSet<>();
    for (String line : text.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (comment.matches()) {
        String name = comment.group(2);
        assertThat(name).matches(NAME);
        assertThat(samples).as("a comment after its sample: %s", line).doesNotContainKey(name);
        if (comment.group(1).equals("HELP")) {
          assertThat(helped.add(name)).as(line).isTrue();
        } else {
          assertThat(comment.group(3)).isIn("counter", "gauge");
          assertThat(types.put(name, comment.group(3))).as(line).isNull();
        }
      } else {
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).matches(NAME);
        assertThat(types).as(line).containsKey(sample.group(1));
        assertThat(helped).as(line).contains(sample.group(1));
        assertThat(samples.put(sample.group(1), Double.parseDouble(sample.group(2)))).as(line).isNull();
      }
    }
    return samples;
  }
}
