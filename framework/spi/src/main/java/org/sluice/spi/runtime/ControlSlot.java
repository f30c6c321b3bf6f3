package org.sluice.spi.runtime;

/**
 * A message that can never be refused, because the object that may owe it carries its place in the queue from the
 * start. Used for what somebody waits for: deletes, cleanups, closes. Made by {@link Worker#newControlSlot}.
 */
public interface ControlSlot {

  /**
   * Delivers the slot's task on its worker, once, in a later turn. Any context; lock-free; allocates nothing.
   *
   * @return false when the slot is already on its way: one delivery serves both
   */
  boolean post();
}
