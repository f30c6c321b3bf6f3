package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpPrefix;

/**
 * The remote prefixes of one length, each with its rules: a hash table in chunks, of which a changed copy shares all
 * but one. At most a quarter of the places is taken, because most questions are about prefixes that are not there, and
 * an empty place answers those without another look at memory. Immutable; any context reads; nothing is allocated.
 */
final class RemotePrefixes {
  private static final int CHUNK_BITS = 7;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int MOST_PER_CHUNK = CHUNK / 4;
  private static final int LEAST_PER_CHUNK = CHUNK / 32;
  private static final long MIX_HIGH = 0x9e37_79b9_7f4a_7c15L;
  private static final long MIX_LOW = 0xd1b5_4a32_d192_ed03L;

  private final int bits;
  private final long maskHigh;
  private final long maskLow;
  private final int size;
  /** Their number is a power of two. */
  private final @Nullable RuleGroup[][] chunks;

  private RemotePrefixes(int bits, int size, @Nullable RuleGroup[][] chunks) {
    this.bits = bits;
    this.size = size;
    this.chunks = chunks;
    maskHigh = IpPrefix.maskHigh(bits);
    maskLow = IpPrefix.maskLow(bits);
  }

  /** No prefixes yet, of so many bits of the 128. */
  static RemotePrefixes empty(int bits) {
    return new RemotePrefixes(bits, 0, new RuleGroup[1][CHUNK]);
  }

  int bits() {
    return bits;
  }

  int size() {
    return size;
  }

  // ---- Look-up.

  /** The rules of the prefix that holds an address, or null. */
  @Nullable RuleGroup holding(long high, long low) {
    return find(high & maskHigh, low & maskLow);
  }

  /** The rules of a prefix of this length, or null. */
  @Nullable RuleGroup of(IpPrefix prefix) {
    return find(prefix.address().high(), prefix.address().low());
  }

  private @Nullable RuleGroup find(long high, long low) {
    long hash = hash(high, low);
    @Nullable RuleGroup[] chunk = chunks[(int) hash & (chunks.length - 1)];
    // A chunk is full only when hashes are no better than chance by seventeen standard deviations; yet this ends.
    for (int step = 0, at = place(hash); step < CHUNK; step++, at = (at + 1) & (CHUNK - 1)) {
      RuleGroup group = chunk[at];
      if (group == null || group.isOf(high, low)) {
        return group;
      }
    }
    return null;
  }

  private static long hash(long high, long low) {
    long mixed = (high ^ MIX_HIGH) * MIX_LOW + low;
    return (mixed ^ mixed >>> 32) * MIX_HIGH >>> 16;
  }

  private static int place(long hash) {
    return (int) (hash >>> Integer.SIZE) & (CHUNK - 1);
  }

  // ---- Changed copies.

  /** A copy in which a prefix has these rules, instead of those it had. */
  RemotePrefixes with(RuleGroup group) {
    boolean present = find(group.remoteHigh(), group.remoteLow()) != null;
    int newSize = present ? size : size + 1;
    return newSize > chunks.length * MOST_PER_CHUNK
        ? rehashed(chunks.length * 2).with(group)
        : copy(newSize, group.remoteHigh(), group.remoteLow(), group);
  }

  /** A copy without a prefix that is there. */
  RemotePrefixes without(IpPrefix prefix) {
    RemotePrefixes rest = copy(size - 1, prefix.address().high(), prefix.address().low(), null);
    return chunks.length > 1 && rest.size < chunks.length * LEAST_PER_CHUNK ? rest.rehashed(chunks.length / 2) : rest;
  }

  /** With another group, or none, for a prefix: its chunk is filled anew, so nothing has to mark who went. */
  private RemotePrefixes copy(int newSize, long high, long low, @Nullable RuleGroup instead) {
    int changed = (int) hash(high, low) & (chunks.length - 1);
    @Nullable RuleGroup[] chunk = new RuleGroup[CHUNK];
    for (RuleGroup group : chunks[changed]) {
      if (group != null && !group.isOf(high, low)) {
        insert(chunk, group);
      }
    }
    if (instead != null) {
      insert(chunk, instead);
    }
    @Nullable RuleGroup[][] copied = chunks.clone();
    copied[changed] = chunk;
    return new RemotePrefixes(bits, newSize, copied);
  }

  private RemotePrefixes rehashed(int chunkCount) {
    @Nullable RuleGroup[][] copied = new RuleGroup[chunkCount][CHUNK];
    for (@Nullable RuleGroup[] chunk : chunks) {
      for (RuleGroup group : chunk) {
        if (group != null) {
          insert(copied[(int) hash(group.remoteHigh(), group.remoteLow()) & (chunkCount - 1)], group);
        }
      }
    }
    return new RemotePrefixes(bits, size, copied);
  }

  private static void insert(@Nullable RuleGroup[] chunk, RuleGroup group) {
    int at = place(hash(group.remoteHigh(), group.remoteLow()));
    for (int step = 0; chunk[at] != null; step++) {
      if (step == CHUNK) {
        throw new IllegalStateException("more than " + CHUNK + " prefixes in one chunk");
      }
      at = (at + 1) & (CHUNK - 1);
    }
    chunk[at] = group;
  }
}
