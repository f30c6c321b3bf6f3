package org.sluice.spi.header;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vector is an object wherever the compiler has not made a register of it. */
class InternetChecksumAllocationTest {
  private static final int[] LENGTHS = {20, 64, 100, 160, 256, 700, 1_000, 1_448, 8_948};
  private static final int BYTES = 9_000;

  /** A busy machine compiles late. */
  private static final int MAX_ROUNDS = 40_000;

  private static final int CLEAN_ROUNDS = 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void summing_up_allocates_nothing_once_it_is_compiled_whatever_memory_it_has_met(@TempDir Path folder)
      throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel file = FileChannel.open(folder.resolve("m"), READ, WRITE, CREATE)) {
      List<MemorySegment> all = List.of(arena.allocate(BYTES, 64), file.map(MapMode.READ_WRITE, 0, BYTES, arena),
          MemorySegment.ofArray(new byte[BYTES]), MemorySegment.ofArray(new long[BYTES / Long.BYTES]));
      all.forEach(m -> m.fill((byte) 0x5a));
      int clean = 0;
      for (int round = 0; round < MAX_ROUNDS && clean < CLEAN_ROUNDS; round++) {
        long allocated = 0;
        for (int i = 0; i < all.size(); i++) {
          allocated += allocatedByRound(all.get(i));
        }
        clean = allocated == 0 ? clean + 1 : 0;
      }
      assertThat(clean).as("rounds in a row without an allocation").isEqualTo(CLEAN_ROUNDS);
    }
  }

  private long allocatedByRound(MemorySegment m) {
    long before = threads.getCurrentThreadAllocatedBytes();
    int sum = 0;
    for (int i = 0; i < 50; i++) {
      for (int length : LENGTHS) {
        sum = InternetChecksum.add(sum, InternetChecksum.sum(m, i, length));
      }
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    assertThat(sum).isNotZero();
    return after - before;
  }
}
