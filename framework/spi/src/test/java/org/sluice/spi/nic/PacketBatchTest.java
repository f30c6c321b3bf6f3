package org.sluice.spi.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Descriptors share words; here each is beside one whose parts are fields of their own. */
class PacketBatchTest {
  private static final int CAPACITY = 16;

  /** One descriptor, plainly. */
  private static final class Plain {
    private final PacketPool pool;
    private long offset;
    private int length;
    private int flags;
    private long timestamp;
    private int hash;
    private int segment;
    private int l3;
    private int l4;
    private int start;
    private int field;

    Plain(PacketPool pool) {
      this.pool = pool;
    }

    Plain copy() {
      Plain copy = new Plain(pool);
      copy.offset = offset;
      copy.length = length;
      copy.flags = flags;
      copy.timestamp = timestamp;
      copy.hash = hash;
      copy.segment = segment;
      copy.l3 = l3;
      copy.l4 = l4;
      copy.start = start;
      copy.field = field;
      return copy;
    }
  }

  private final SplittableRandom random = new SplittableRandom(11);
  private final PacketPool[] pools = {new NoPool(), new NoPool()};

  /** Only who it is matters. */
  private static final class NoPool implements PacketPool {
    @Override
    public MemorySegment memory() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int frameBytes() {
      return 1 << 11;
    }

    @Override
    public int headroomBytes() {
      return 0;
    }

    @Override
    public long allocate() {
      return -1;
    }

    @Override
    public void release(long offset) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int available() {
      return 0;
    }
  }

  private int offset() {
    return random.nextInt(Short.MIN_VALUE, Short.MAX_VALUE + 1);
  }

  private void change(PacketBatch batch, int i, Plain plain) {
    switch (random.nextInt(8)) {
      case 0 -> {
        plain.offset = random.nextLong() >>> 1;
        plain.length = random.nextInt(1 << 17);
        batch.bounds(i, plain.offset, plain.length);
      }
      case 1 -> {
        plain.flags = random.nextInt();
        batch.flags(i, plain.flags);
      }
      case 2 -> {
        plain.timestamp = random.nextLong();
        batch.rxTimestampNs(i, plain.timestamp);
      }
      case 3 -> {
        plain.hash = random.nextInt();
        batch.flowHash(i, plain.hash);
      }
      case 4 -> {
        plain.segment = random.nextInt(1 << 17);
        batch.segmentSize(i, plain.segment);
      }
      case 5 -> {
        plain.start = offset();
        plain.field = offset();
        plain.flags |= PacketFlags.TX_CHECKSUM_REQUEST;
        batch.requestChecksum(i, plain.start, plain.field);
      }
      case 6 -> {
        plain.start = offset();
        plain.field = offset();
        batch.checksumPosition(i, plain.start, plain.field);
      }
      default -> {
        plain.l3 = offset();
        plain.l4 = offset();
        plain.flags |= PacketFlags.L3_KNOWN;
        batch.headerOffsets(i, plain.l3, plain.l4);
      }
    }
  }

  private static void check(PacketBatch batch, List<Plain> expected) {
    assertThat(batch.size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      Plain plain = expected.get(i);
      assertThat(batch.pool(i)).isSameAs(plain.pool);
      assertThat(new long[] {batch.offset(i), batch.length(i), batch.flags(i), batch.rxTimestampNs(i),
          batch.flowHash(i), batch.segmentSize(i), batch.l3Offset(i), batch.l4Offset(i), batch.checksumStart(i),
          batch.checksumOffset(i)}).containsExactly(plain.offset, plain.length, plain.flags, plain.timestamp,
          plain.hash, plain.segment, plain.l3, plain.l4, plain.start, plain.field);
    }
  }

  @Test
  void parts_of_a_descriptor_do_not_touch_each_other() {
    PacketBatch batch = new PacketBatch(CAPACITY);
    PacketBatch other = new PacketBatch(CAPACITY);
    List<Plain> expected = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int size = expected.size();
      if (size == CAPACITY || size > 0 && random.nextInt(50) == 0) {
        int kept = random.nextInt(size);
        batch.truncate(kept);
        expected.subList(kept, size).clear();
      } else if (size == 0 || random.nextInt(4) == 0) {
        Plain plain = new Plain(pools[random.nextInt(2)]);
        plain.offset = random.nextLong() >>> 1;
        plain.length = random.nextInt(1 << 16);
        plain.flags = random.nextInt();
        assertThat(batch.add(plain.pool, plain.offset, plain.length, plain.flags)).isEqualTo(size);
        expected.add(plain);
      } else if (random.nextInt(8) == 0) {
        int from = random.nextInt(size);
        int to = random.nextInt(from + 1);
        batch.move(from, to);
        expected.set(to, expected.get(from).copy());
      } else {
        int i = random.nextInt(size);
        change(batch, i, expected.get(i));
      }
      check(batch, expected);
    }
    for (int i = 0; i < batch.size(); i++) {
      other.add(batch, i);
    }
    check(other, expected);
  }

  @Test
  void a_full_batch_takes_no_more() {
    PacketBatch batch = new PacketBatch(1);
    batch.add(pools[0], 0, 1, 0);
    assertThatThrownBy(() -> batch.add(pools[0], 0, 1, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.add(batch, 0)).isInstanceOf(IllegalStateException.class);
    batch.clear();
    assertThat(batch.add(pools[1], 2, 3, 4)).isZero();
    assertThat(batch.roomBytes(0)).isEqualTo((1 << 11) - 2);
  }
}
