package org.sluice.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.start.StartCache;

class JvmChecksTest {
  @TempDir Path folder;

  @Test
  void the_cache_is_none_missing_refused_or_in_use() throws IOException {
    Path file = folder.resolve("classes.aot");
    assertThat(JvmChecks.cache(Optional.empty(), false)).extracting(Check::state, Check::found)
        .containsExactly("hint", "none");
    assertThat(JvmChecks.cache(Optional.of(file), false).found()).startsWith("not made yet").endsWith("classes.aot");
    Files.createFile(file);
    Check refused = JvmChecks.cache(Optional.of(file), false);
    assertThat(refused.state()).isEqualTo("hint");
    assertThat(refused.found()).startsWith("refused by Java");
    assertThat(refused.remedy()).contains("remove it");
    assertThat(JvmChecks.cache(Optional.of(file), true)).extracting(Check::state).isEqualTo("ok");
  }

  @Test
  void java_its_options_and_the_cache_are_looked_at_without_a_fault() {
    assertThat(JvmChecks.of(StartCache.of(new Properties()))).allMatch(Check::good).extracting(Check::what)
        .containsExactly("Java", "Java options", "start cache");
  }
}
