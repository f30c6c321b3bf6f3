package org.sluice.host.config;

/**
 * What became of one key that a {@code config reload} found changed.
 *
 * @param key its path
 * @param before the value in force before, on one line
 * @param after the value in the file now
 * @param effect {@code applied}, {@code takes effect at restart}, {@code needs 'plugin reload ID'}, or why it failed
 */
public record Change(String key, String before, String after, String effect) {
  /** It is in force. */
  public static final String APPLIED = "applied";

  /** It will be in force in the next host. */
  public static final String RESTART = "takes effect at restart";

  /** It will be in force when the plugin starts again. */
  static String reload(String pluginId) {
    return "needs 'plugin reload " + pluginId + "'";
  }

  /** It may not be in force. */
  static String failed(Throwable thrown) {
    return "failed: " + thrown;
  }
}
