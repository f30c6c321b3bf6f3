package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testkit.script.PacketScript;
import org.sluice.testkit.script.ScriptFailure;
import org.sluice.testkit.script.ScriptRunner;

/** A script that TCP does not follow fails, and says where and why; one that it follows does not. */
class BrokenScriptsTest {
  private static final String RIGHT = """
      listen
      < S 0 win 65535 <mss 1000, sackok>
      > SA 0 ack 1 win 16384 <mss 1460, sackok>
      +0.1 < A 1 ack 1 win 65535
      accepted
      < PA 1:100 ack 1
      +0.04 > A 1 ack 101
      write 50
      > PA 1:50 ack 101 notect
      +0.1 < A 101 ack 51
      +0.5 nothing
      state ESTABLISHED
      received 100
      """;

  private final ScriptRunner runner = new ScriptRunner(TcpTransport::new, Settings.defaults());

  private void run(String text) {
    runner.run(PacketScript.parse("test.pkt", text, file -> {
      throw new IllegalArgumentException("no file " + file);
    }));
  }

  @Test
  void the_right_script_passes() {
    assertThatCode(() -> run(RIGHT)).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(delimiter = '|', value = {
      "> SA 0 ack 1|> SA 0 ack 2|3|ack differs",
      "> SA 0 ack 1|> A 0 ack 1|3|the flags differ",
      "> SA 0 ack 1|> SA 1 ack 1|3|the sequence number differs",
      "win 16384|win 16385|3|win differs",
      "<mss 1460, sackok>|<mss 1459, sackok>|3|mss differs",
      "<mss 1460, sackok>|<mss 1460>|3|sackok differs",
      "<mss 1460, sackok>|<mss 1460, sackok, ws 2>|3|ws differs",
      "<mss 1460, sackok>|<mss 1460, sackok, ts 1:2>|3|ts differs",
      "<mss 1460, sackok>|<mss 1460, sackok, sack 1:2>|3|sack differs",
      "> A 1 ack 101|> A 1 ack 101 <mss 5>|7|mss differs",
      "+0.04 > A|+0.08 > A|7|due at 0.180000",
      "+0.04 > A|> A|7|nothing was sent until",
      "> PA 1:50|> PA 1:51|9|the length differs",
      "> PA 1:50 ack 101 notect|> A 1:50 ack 101 ce|9|the ECN bits of the packet differ",
      "> PA 1:50 ack 101 notect|> PA 1:50 ack 101 urg 4|9|urg differs",
      "> PA 1:50|@2 > PA 1:50|9|it is of another flow",
      "state ESTABLISHED|state CLOSE_WAIT|12|it is ESTABLISHED",
      "received 100|received 101|13|it is 100",
      "accepted|connected|5|the application was told [accepted]",
  })
  void a_wrong_field_is_noticed(String right, String wrong, int line, String why) {
    String broken = RIGHT.replace(right, wrong);
    assertThatThrownBy(() -> run(broken)).isInstanceOf(ScriptFailure.class)
        .hasMessageStartingWith("test.pkt:" + line + ": ").hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"on", "yes", "True", "1"})
  void a_switch_is_true_or_false(String value) {
    assertThatThrownBy(() -> run("set nagle false\nset nagle " + value + "\n" + RIGHT))
        .isInstanceOf(ScriptFailure.class).hasMessageStartingWith("test.pkt:2: ")
        .hasMessageContaining("\"" + value + "\" is neither true nor false");
  }

  @Test
  void a_missing_segment_is_noticed() {
    String broken = RIGHT.replace("+0.5 nothing", "+0.5 > A 51 ack 101");
    assertThatThrownBy(() -> run(broken)).isInstanceOf(ScriptFailure.class)
        .hasMessageContaining("test.pkt:11: expected: +0.5 > A 51 ack 101")
        .hasMessageContaining("nothing was sent until 0.742000");
  }

  @Test
  void an_unexpected_segment_is_noticed() {
    String broken = RIGHT.replace("> PA 1:50 ack 101 notect\n", "");
    assertThatThrownBy(() -> run(broken)).isInstanceOf(ScriptFailure.class)
        .hasMessageContaining("test.pkt:9: expected: +0.1 < A 101 ack 51")
        .hasMessageContaining("no segment was expected before this line")
        .hasMessageContaining("came: > PA 1:50 ack 101 win 65535 at 0.140000");
  }

  @Test
  void a_segment_behind_the_last_line_is_noticed() {
    assertThatThrownBy(() -> run(RIGHT + "write 10\n")).isInstanceOf(ScriptFailure.class)
        .hasMessageContaining("the end of the script").hasMessageContaining("came: > PA 51:10 ack 101");
  }

  @Test
  void bytes_that_nobody_sent_are_noticed() {
    String broken = RIGHT.replace("< PA 1:100 ack 1", "< PA 1:100 ack 1 junk");
    assertThatThrownBy(() -> run(broken)).isInstanceOf(ScriptFailure.class)
        .hasMessageContaining("byte 99 of what the application read is not what the peer sent");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "dance|what is \"dance\"?",
      "> X 0|are no flags",
      "> A zero|stands for nothing here",
      "> A 1 flavour 5|what is \"flavour\"?",
      "> A 1 <colour 5>|no option \"colour\"",
      "+1fortnight nothing|is no time",
      "repeat i 1..2 {|this block has no end",
      "}|there is no block that could end here",
      "set nagle true|it is too late for set",
      "use elsewhere|no file elsewhere",
      "@2 close|the flow has no session",
  })
  void what_cannot_be_read_is_said(String line, String why) {
    String broken = RIGHT.replace("state ESTABLISHED", line);
    assertThatThrownBy(() -> run(broken)).isInstanceOf(ScriptFailure.class)
        .hasMessageStartingWith("test.pkt:12: ").hasMessageContaining(why);
  }
}
