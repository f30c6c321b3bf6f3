package org.sluice.spi.nic;

/**
 * Packet descriptors as columns of primitives. Owned by the worker that fills or drains it; made once and reused.
 *
 * <p>Index {@code i} runs from 0 to {@link #size()} - 1. Offsets are into the memory of the descriptor's {@link
 * PacketPool}. The frames named by a batch belong to whoever the method that is given the batch says.
 */
public final class PacketBatch {
  private final PacketPool[] pools;
  private final long[] offsets;
  private final int[] lengths;
  private final int[] flags;
  private final long[] rxTimestampsNs;
  private final int[] flowHashes;
  private final int[] segmentSizes;
  private final int[] checksumStarts;
  private final int[] checksumOffsets;
  private final int[] l3Offsets;
  private final int[] l4Offsets;
  private int size;

  /**
   * Makes an empty batch.
   *
   * @param capacity the most descriptors it can hold
   */
  public PacketBatch(int capacity) {
    pools = new PacketPool[capacity];
    offsets = new long[capacity];
    lengths = new int[capacity];
    flags = new int[capacity];
    rxTimestampsNs = new long[capacity];
    flowHashes = new int[capacity];
    segmentSizes = new int[capacity];
    checksumStarts = new int[capacity];
    checksumOffsets = new int[capacity];
    l3Offsets = new int[capacity];
    l4Offsets = new int[capacity];
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
    if (size == offsets.length) {
      throw new IllegalStateException("batch is full: " + size);
    }
    int i = size++;
    pools[i] = pool;
    offsets[i] = offset;
    lengths[i] = lengthBytes;
    flags[i] = flagBits;
    rxTimestampsNs[i] = 0;
    flowHashes[i] = 0;
    segmentSizes[i] = 0;
    checksumStarts[i] = 0;
    checksumOffsets[i] = 0;
    l3Offsets[i] = 0;
    l4Offsets[i] = 0;
    return i;
  }

  /**
   * Appends a copy of another batch's descriptor with all its metadata. Whoever owned the frame hands it over with it.
   *
   * @param from the other batch
   * @param i the descriptor's index there
   * @return the copy's index
   * @throws IllegalStateException when this batch is full
   */
  public int append(PacketBatch from, int i) {
    int at = add(from.pools[i], from.offsets[i], from.lengths[i], from.flags[i]);
    rxTimestampsNs[at] = from.rxTimestampsNs[i];
    flowHashes[at] = from.flowHashes[i];
    segmentSizes[at] = from.segmentSizes[i];
    checksumStarts[at] = from.checksumStarts[i];
    checksumOffsets[at] = from.checksumOffsets[i];
    l3Offsets[at] = from.l3Offsets[i];
    l4Offsets[at] = from.l4Offsets[i];
    return at;
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
    return offsets.length;
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
    return offsets[i];
  }

  /**
   * How long the data is.
   *
   * @param i index
   * @return bytes
   */
  public int length(int i) {
    return lengths[i];
  }

  /**
   * Moves the bounds of the data inside its frame, as headers are pushed or pulled.
   *
   * @param i index
   * @param offset the new begin, inside the same frame
   * @param lengthBytes the new length
   */
  public void bounds(int i, long offset, int lengthBytes) {
    offsets[i] = offset;
    lengths[i] = lengthBytes;
  }

  /**
   * The bits of {@link PacketFlags}.
   *
   * @param i index
   * @return flags
   */
  public int flags(int i) {
    return flags[i];
  }

  /**
   * Sets all bits of {@link PacketFlags}.
   *
   * @param i index
   * @param flagBits flags
   */
  public void flags(int i, int flagBits) {
    flags[i] = flagBits;
  }

  /**
   * When the card received the packet, on the clock of {@link org.sluice.spi.runtime.Clock#nanoTime}; 0 if unknown.
   *
   * @param i index
   * @return nanoseconds
   */
  public long rxTimestampNs(int i) {
    return rxTimestampsNs[i];
  }

  /**
   * Sets the receive time.
   *
   * @param i index
   * @param timestampNs nanoseconds
   */
  public void rxTimestampNs(int i, long timestampNs) {
    rxTimestampsNs[i] = timestampNs;
  }

  /**
   * The card's hash of the flow; 0 if it has none.
   *
   * @param i index
   * @return hash
   */
  public int flowHash(int i) {
    return flowHashes[i];
  }

  /**
   * Sets the flow hash.
   *
   * @param i index
   * @param hash hash
   */
  public void flowHash(int i, int hash) {
    flowHashes[i] = hash;
  }

  /**
   * The payload bytes of each segment to cut ({@link PacketFlags#TX_SEGMENT_REQUEST}) or that were joined ({@link
   * PacketFlags#RX_COALESCED}).
   *
   * @param i index
   * @return bytes
   */
  public int segmentSize(int i) {
    return segmentSizes[i];
  }

  /**
   * Sets the segment size.
   *
   * @param i index
   * @param bytes payload bytes per segment
   */
  public void segmentSize(int i, int bytes) {
    segmentSizes[i] = bytes;
  }

  /**
   * Where the bytes to sum begin, relative to the data.
   *
   * @param i index
   * @return bytes
   */
  public int checksumStart(int i) {
    return checksumStarts[i];
  }

  /**
   * Where the checksum field stands, relative to {@link #checksumStart(int)}.
   *
   * @param i index
   * @return bytes
   */
  public int checksumOffset(int i) {
    return checksumOffsets[i];
  }

  /**
   * Asks for a checksum: sets {@link PacketFlags#TX_CHECKSUM_REQUEST} and its two positions.
   *
   * @param i index
   * @param start where the bytes to sum begin, relative to the data
   * @param fieldOffset where the field stands, relative to {@code start}
   */
  public void requestChecksum(int i, int start, int fieldOffset) {
    checksumStarts[i] = start;
    checksumOffsets[i] = fieldOffset;
    flags[i] |= PacketFlags.TX_CHECKSUM_REQUEST;
  }

  /**
   * Where the IP header begins, relative to the data; valid with {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @return bytes
   */
  public int l3Offset(int i) {
    return l3Offsets[i];
  }

  /**
   * Where the transport header begins, relative to the data; valid with {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @return bytes
   */
  public int l4Offset(int i) {
    return l4Offsets[i];
  }

  /**
   * Sets the header offsets and {@link PacketFlags#L3_KNOWN}.
   *
   * @param i index
   * @param l3 begin of the IP header, relative to the data
   * @param l4 begin of the transport header, relative to the data
   */
  public void headerOffsets(int i, int l3, int l4) {
    l3Offsets[i] = l3;
    l4Offsets[i] = l4;
    flags[i] |= PacketFlags.L3_KNOWN;
  }
}
