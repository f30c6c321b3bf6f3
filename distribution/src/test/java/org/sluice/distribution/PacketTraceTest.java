package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running host tells of the packets of an echo that crosses a wire between two namespaces. */
class PacketTraceTest {
  @TempDir Path folder;

  @Test
  void the_steps_of_an_echo_are_told_in_order() throws Exception {
    try (RunningHost host = RunningHost.start(folder)) {
      for (String line : List.of("interface add wire w:0", "interface add wire w:1", "interface table w:0 1",
          "interface table w:1 2", "address add w:0 10.0.0.1/24", "address add w:1 10.0.0.2/24",
          "app ns add west ip4 1", "app ns add east ip4 2", "echo serve tcp://10.0.0.2:7 namespace east",
          "trace add 20 rx proto tcp interface w:1", "echo send tcp://10.0.0.2:7 hello namespace west")) {
        Outcome outcome = host.type(line);
        assertThat(outcome.exitCode()).as(line + ": " + outcome.output()).isZero();
      }
      String text = host.type("show trace").output();
      assertThat(text).containsPattern(Pattern.compile("""
          frame on w:1, [0-9]+ bytes
          .* ethernet .* type ip4
          .* ip4 10.0.0.1 -> 10.0.0.2, tcp, ttl 64, .*checksum good
          .* tcp [0-9]+ -> 7, \\[SYN], .* 0 bytes of data
          .* given to tcp, table 2
          .* lookup: listener .*
          .* tcp state LISTEN -> SYN_RECEIVED
          """));
      assertThat(text).containsPattern(Pattern.compile("""
          .* 5 bytes of data
          .* given to tcp, table 2
          .* lookup: session .*
          .* tcp state ESTABLISHED
          .* enqueued 5 bytes; at the end of the burst: event READABLE, .*acknowledgement
          """));
      Outcome json = host.type("show trace --json");
      assertThat(json.exitCode()).isZero();
      assertThat(Json.parse(json.output())).asInstanceOf(InstanceOfAssertFactories.MAP)
          .containsKeys("steps", "packets_traced", "packets_missed");
      assertThat(host.type("clear trace").exitCode()).isZero();
      assertThat(host.type("show trace").output()).contains("nothing is traced");
    }
  }
}
