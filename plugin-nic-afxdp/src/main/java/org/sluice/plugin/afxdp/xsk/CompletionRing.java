package org.sluice.plugin.afxdp.xsk;

/** Chunks whose packets were sent. */
final class CompletionRing extends ConsumerRing {
  static final int ENTRY_BYTES = Long.BYTES;

  CompletionRing(RingMemory memory) {
    super(memory);
  }

  /** The address that was sent. */
  long address(int ahead) {
    return Raw.getLong(entries + (long) peek(ahead) * ENTRY_BYTES);
  }
}
