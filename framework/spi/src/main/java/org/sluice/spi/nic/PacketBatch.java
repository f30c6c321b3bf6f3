package org.sluice.spi.nic;

/**
 * Packet descriptors as rows of primitives, each of them within a line of the cache or two. Owned by the worker that
 * fills or drains it; made once and reused.
 *
 * <p>Index {@code i} runs from 0 to {@link #size()} - 1. Offsets are into the memory of the descriptor's {@link
 * PacketPool}. The frames named by a batch belong to whoever the method that is given the batch says.
 */
public final class PacketBatch {
  private static final int ROW = 5;

  // The words of a row.
  private static final int OFFSET = 0;
  /** The length in the upper half, the flags in the lower one. */
  private static final int LENGTH_AND_FLAGS = 1;
  private static final int RX_TIMESTAMP = 2;
  /** The flow's hash in the upper half, the segment size in the lower one. */
  private static final int HASH_AND_SEGMENT = 3;
  /** L3 and L4 offset, begin of what is summed and place of the sum: 16 bits with a sign each. */
  private static final int POSITIONS = 4;

  private static final long LOW = 0xffff_ffffL;
  private static final int SHORT_BITS = 16;
  private static final int SHORT = 0xffff;

  private final PacketPool[] pools;
  private final long[] rows;
  private int size;

  /**
   * Makes an empty batch.
   *
   * @param capacity the most descriptors it can hold
   */
  public PacketBatch(int capacity) {
    pools = new PacketPool[capacity];
    rows = new long[capacity * ROW];
  }

  /**
   * Appends a descriptor with no metadata.
   *
   * @param pool the frame's pool
   * @param offset where the data begins
   * @param lengthBytes how long it is
   * @param flagBits see {@link PacketFlags}
   * @return the descriptor's index
   * @throws IllegalStateException when the batch is full: the caller bounds its bursts by {@link #capacity()}
   */
  public int add(PacketPool pool, long offset, int lengthBytes, int flagBits) {
    if (size == pools.length) {
      throw new IllegalStateException("batch is full: " + size);
    }
    int i = size++;
    int row = i * ROW;
    pools[i] = pool;
    rows[row + OFFSET] = offset;
    rows[row + LENGTH_AND_FLAGS] = pack(lengthBytes, flagBits);
    rows[row + RX_TIMESTAMP] = 0;
    rows[row + HASH_AND_SEGMENT] = 0;
    rows[row + POSITIONS] = 0;
    return i;
  }

  /**
   * Appends a descriptor of another batch with all its metadata. Both name the same frame now, which has one owner all
   * the same.
   *
   * @param from the other batch
   * @param index which of its descriptors
   * @return the new descriptor's index
   * @throws IllegalStateException when the batch is full
   */
  public int add(PacketBatch from, int index) {
    if (size == pools.length) {
      throw new IllegalStateException("batch is full: " + size);
    }
    int i = size++;
    copy(from, index, i);
    return i;
  }

  /**
   * Overwrites a descriptor with another one of this batch, so that batches can be sifted in place: what is kept moves
   * to the front in its order, and {@link #truncate} forgets the rest. Frames are not touched.
   *
   * @param from the descriptor to keep
   * @param to its new index, not above the old one
   */
  public void move(int from, int to) {
    copy(this, from, to);
  }

  private void copy(PacketBatch from, int index, int to) {
    pools[to] = from.pools[index];
    int source = index * ROW;
    int row = to * ROW;
    rows[row + OFFSET] = from.rows[source + OFFSET];
    rows[row + LENGTH_AND_FLAGS] = from.rows[source + LENGTH_AND_FLAGS];
    rows[row + RX_TIMESTAMP] = from.rows[source + RX_TIMESTAMP];
    rows[row + HASH_AND_SEGMENT] = from.rows[source + HASH_AND_SEGMENT];
    rows[row + POSITIONS] = from.rows[source + POSITIONS];
  }

  private static long pack(int high, int low) {
    return (long) high << Integer.SIZE | low & LOW;
  }

  /**
   * Forgets the last descriptors; the frames they named are not touched.
   *
   * @param newSize how many to keep, at most {@link #size()}
   */
  public void truncate(int newSize) {
    assert newSize >= 0 && newSize <= size : newSize;
    size = newSize;
  }

  /** Forgets all descriptors; the frames they named are not touched. */
  public void clear() {
    size = 0;
  }

  /**
   * The descriptors held.
   *
   * @return count
   */
  public int size() {
    return size;
  }

  /**
   * The most descriptors the batch can hold.
   *
   * @return count
   */
  public int capacity() {
    return pools.length;
  }

  /**
   * The pool of a descriptor's frame.
   *
   * @param i index
   * @return the pool
   */
  public PacketPool pool(int i) {
    return pools[i];
  }

  /**
   * Where the data begins in the pool's memory.
   *
   * @param i index
   * @return bytes
   */
  public long offset(int i) {
    return rows[i * ROW + OFFSET];
  }

  /**
   * The room from where the data begins to the end of its frame.
   *
   * @param i index
   * @return bytes, those of the data included
   */
  public int roomBytes(int i) {
    int frameBytes = pools[i].frameBytes();
    return frameBytes - (int) (offset(i) % frameBytes);
  }

  /**
   * How long the data is.
   *
   * @param i index
   * @return bytes
   */
  public int length(int i) {
    return (int) (rows[i * ROW + LENGTH_AND_FLAGS] >>> Integer.SIZE);
  }

  /**
   * Moves the bounds of the data inside its frame, as headers are pushed or pulled.
   *
   * @param i index
   * @param offset the new begin, inside the same frame
   * @param lengthBytes the new length
   */
  public void bounds(int i, long offset, int lengthBytes) {
    int row = i * ROW;
    rows[row + OFFSET] = offset;
    rows[row + LENGTH_AND_FLAGS] = pack(lengthBytes, (int) rows[row + LENGTH_AND_FLAGS]);
  }

  /**
   * Puts another frame in place of a descriptor's, with all its metadata and its length.
   *
   * @param i index
   * @param pool the other frame's pool
   * @param offset where the data begins in it
   */
  public void replace(int i, PacketPool pool, long offset) {
    pools[i] = pool;
    rows[i * ROW + OFFSET] = offset;
  }

  /**
   * The bits of {@link PacketFlags}.
   *
   * @param i index
   * @return flags
   */
  public int flags(int i) {
    return (int) rows[i * ROW + LENGTH_AND_FLAGS];
  }

  /**
   * Sets all bits of {@link PacketFlags}.
   *
   * @param i index
   * @param flagBits flags
   */
  public void flags(int i, int flagBits) {
    int at = i * ROW + LENGTH_AND_FLAGS;
    rows[at] = rows[at] & ~LOW | flagBits & LOW;
  }

  /**
   * When the card received the packet, on the clock of {@link org.sluice.spi.runtime.Clock#nanoTime}; 0 if unknown.
   *
   * @param i index
   * @return nanoseconds
   */
  public long rxTimestampNs(int i) {
    return rows[i * ROW + RX_TIMESTAMP];
  }

  /**
   * Sets the receive time.
   *
   * @param i index
   * @param timestampNs nanoseconds
   */
  public void rxTimestampNs(int i, long timestampNs) {
    rows[i * ROW + RX_TIMESTAMP] = timestampNs;
  }

  /**
   * The card's hash of the flow; 0 if it has none.
   *
   * @param i index
   * @return hash
   */
  public int flowHash(int i) {
    return (int) (rows[i * ROW + HASH_AND_SEGMENT] >>> Integer.SIZE);
  }

  /**
   * Sets the flow hash.
   *
   * @param i index
   * @param hash hash
   */
  public void flowHash(int i, int hash) {
    int at = i * ROW + HASH_AND_SEGMENT;
    rows[at] = pack(hash, (int) rows[at]);
  }

  /**
   * The payload bytes of each segment to cut ({@link PacketFlags#TX_SEGMENT_REQUEST}) or that were joined ({@link
   * PacketFlags#RX_COALESCED}).
   *
   * @param i index
   * @return bytes
   */
  public int segmentSize(int i) {
    return (int) rows[i * ROW + HASH_AND_SEGMENT];
  }

  /**
   * Sets the segment size.
   *
   * @param i index
   * @param bytes payload bytes per segment
   */
  public void segmentSize(int i, int bytes) {
    int at = i * ROW + HASH_AND_SEGMENT;
    rows[at] = rows[at] & ~LOW | bytes & LOW;
  }

  /**
   * Where the bytes to sum begin, relative to the data.
   *
   * @param i index
   * @return bytes
   */
  public int checksumStart(int i) {
    return (short) (rows[i * ROW + POSITIONS] >>> SHORT_BITS);
  }

  /**
   * Where the checksum field stands, relative to {@link #checksumStart(int)}.
   *
   * @param i index
   * @return bytes
   */
  public int checksumOffset(int i) {
    return (short) rows[i * ROW + POSITIONS];
  }

  /**
   * Asks for a checksum: sets {@link PacketFlags#TX_CHECKSUM_REQUEST} and its two positions.
   *
   * @param i index
   * @param start where the bytes to sum begin, relative to the data
   * @param fieldOffset where the field stands, relative to {@code start}; both within 16 bits, as all header offsets
   */
  public void requestChecksum(int i, int start, int fieldOffset) {
    checksumPosition(i, start, fieldOffset);
    rows[i * ROW + LENGTH_AND_FLAGS] |= PacketFlags.TX_CHECKSUM_REQUEST;
  }

  /**
   * Says what a checksum covers, without asking for it: for received packets with {@link
   * PacketFlags#RX_CHECKSUM_PARTIAL}.
   *
   * @param i index
   * @param start where the bytes to sum begin, relative to the data
   * @param fieldOffset where the field stands, relative to {@code start}; both within 16 bits, as all header offsets
   */
  public void checksumPosition(int i, int start, int fieldOffset) {
    int at = i * ROW + POSITIONS;
    rows[at] = rows[at] & ~LOW | shorts(start, fieldOffset);
  }

  private static long shorts(int high, int low) {
    assert high == (short) high && low == (short) low : high + " " + low;
    return (long) (high & SHORT) << SHORT_BITS | low & SHORT;
  }

  /**
   * Where the IP header begins, relative to the data; valid with {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @return bytes
   */
  public int l3Offset(int i) {
    return (short) (rows[i * ROW + POSITIONS] >>> 3 * SHORT_BITS);
  }

  /**
   * Where the transport header begins, relative to the data; valid with {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @return bytes
   */
  public int l4Offset(int i) {
    return (short) (rows[i * ROW + POSITIONS] >>> 2 * SHORT_BITS);
  }

  /**
   * Sets the header offsets and {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @param l3 begin of the IP header, relative to the data: negative when that was pulled
   * @param l4 begin of the transport header, relative to the data
   */
  public void headerOffsets(int i, int l3, int l4) {
    int row = i * ROW;
    rows[row + POSITIONS] = rows[row + POSITIONS] & LOW | shorts(l3, l4) << Integer.SIZE;
    rows[row + LENGTH_AND_FLAGS] |= PacketFlags.L3_KNOWN;
  }
}
