package org.sluice.spi.host;

/**
 * Told about extensions of a point as plugins come and go. Worker 0; must not block.
 *
 * @param <T> the extension point
 */
public interface ExtensionListener<T> {

  /**
   * An extension is there; also called for each that is there when the listener is added.
   *
   * @param extension the extension
   */
  void onAdded(T extension);

  /**
   * An extension goes: drop every reference to it, or its plugin cannot be unloaded.
   *
   * @param extension the extension
   */
  void onRemoved(T extension);
}
