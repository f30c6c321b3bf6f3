package org.sluice.spi.runtime;

/** The receiving end of a {@link MessagePort}: one per plugin and kind of work. */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Called on the worker the message was sent to. The target is named by a handle with a generation, never by a
   * reference, because it may be gone by now: look it up and ignore the message when it is. Must not block.
   *
   * @param worker the worker that received the message
   * @param kind what the sender asks for; the meaning is the plugin's own
   * @param handle the target
   * @param argument one more word, the plugin's own
   */
  void onMessage(Worker worker, int kind, long handle, long argument);
}
