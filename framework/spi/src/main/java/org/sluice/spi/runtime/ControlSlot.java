package org.sluice.spi.runtime;

/**
 * A message that can never be refused, because the object that may owe it carries its place in the queue from the
 * start. Used for what somebody waits for: deletes, cleanups, closes. Made by {@link Worker#newControlSlot}.
 */
public interface ControlSlot {

  /**
   * Delivers the slot's task on its worker, once, never within this call. Any context; lock-free; allocates nothing.
   * A task that posts its own slot may run again in the same turn, until the turn has had its share of controls.
   *
   * @return false when the slot is already on its way: one delivery serves both
   */
  boolean post();
}
