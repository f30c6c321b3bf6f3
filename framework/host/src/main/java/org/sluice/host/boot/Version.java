package org.sluice.host.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * What this host is.
 *
 * @param product its version
 * @param spi the version of the SPI it offers to plugins
 */
public record Version(String product, String spi) {
  private static final String RESOURCE = "/org/sluice/host/version.properties";

  /** The version the build wrote into the jar. */
  public static Version current() {
    Properties properties = new Properties();
    try (InputStream stream = Objects.requireNonNull(Version.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Version(properties.getProperty("product"), properties.getProperty("spi"));
  }

  @Override
  public String toString() {
    return "Sluice " + product + ", SPI " + spi + ", Java " + Runtime.version();
  }
}
