package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;

/** Takes the events of an {@link EventQueue}. */
@FunctionalInterface
public interface EventHandler {

  /**
   * Called by {@link EventQueue#poll} in the consumer's context, in the order of the queue. An event whose handler
   * throws is consumed; the exception goes to the caller of {@code poll}.
   *
   * @param type the type its producer gave
   * @param handle what the event is about
   * @param arg an argument whose meaning depends on the type
   * @param payload where the payload of a control event is; valid until this call returns
   * @param payloadOffset where in {@code payload} its {@value EventQueue#PAYLOAD_BYTES} bytes begin; -1 when there is
   *     none
   */
  void onEvent(int type, long handle, long arg, MemorySegment payload, long payloadOffset);
}
