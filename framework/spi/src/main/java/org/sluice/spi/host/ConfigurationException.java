package org.sluice.spi.host;

/** The configuration is wrong: an operator error, so the message names file, line, key and what would be right. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message place, cause and remedy
   */
  public ConfigurationException(String message) {
    super(message);
  }
}
