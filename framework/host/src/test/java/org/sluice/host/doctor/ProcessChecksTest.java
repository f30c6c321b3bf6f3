package org.sluice.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProcessChecksTest {
  private static Map<String, Check> checks(String files, String memory, String capabilities) {
    return ProcessChecks.of(
        List.of("Limit                     Soft Limit           Hard Limit           Units     ",
            "Max open files            " + files + "                 524288               files     ",
            "Max locked memory         " + memory + "              8388608              bytes     "),
        List.of("Name:\tjava", "CapEff:\t" + capabilities)).stream()
        .collect(Collectors.toMap(Check::what, Function.identity()));
  }

  @Test
  void root_lacks_nothing() {
    assertThat(checks("1024", "8388608", "000001ffffffffff").values()).hasSize(6).allMatch(Check::good)
        .allMatch(one -> one.remedy().isEmpty());
  }

  @Test
  void each_missing_capability_is_named_with_what_gives_it() {
    Map<String, Check> checks = checks("1024", "unlimited", "0000000000000000");
    for (String name : List.of("CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF")) {
      assertThat(checks.get(name)).extracting(Check::good).isEqualTo(false);
      assertThat(checks.get(name)).extracting(Check::remedy).asString().contains("AmbientCapabilities=" + name);
    }
    assertThat(checks.get("locked memory")).extracting(Check::good).isEqualTo(true);
  }

  @Test
  void one_capability_is_not_taken_for_another() {
    Map<String, Check> checks = checks("1024", "unlimited", "0000008000002000");
    assertThat(checks.get("CAP_NET_RAW")).extracting(Check::good).isEqualTo(true);
    assertThat(checks.get("CAP_BPF")).extracting(Check::good).isEqualTo(true);
    assertThat(checks.get("CAP_NET_ADMIN")).extracting(Check::good).isEqualTo(false);
  }

  @Test
  void limits_that_are_too_low_are_named_with_the_command_that_raises_them() {
    Map<String, Check> checks = checks("256", "65536", "0000000000000000");
    assertThat(checks.get("open files")).extracting(Check::remedy).asString().contains("ulimit -n");
    assertThat(checks.get("locked memory")).extracting(Check::remedy).asString().contains("ulimit -l");
    assertThat(checks("256", "65536", "0000000000004000").get("locked memory")).extracting(Check::good)
        .as("with CAP_IPC_LOCK").isEqualTo(true);
  }

  @Test
  void what_few_cards_need_is_a_hint_and_no_fault() {
    Check check = Objects.requireNonNull(checks("1024", "unlimited", "0000000000000000").get("CAP_SYS_ADMIN"));
    assertThat(check).extracting(Check::good, Check::state).containsExactly(true, "hint");
    assertThat(check.remedy()).contains("other network namespaces", "replace=on");
  }
}
