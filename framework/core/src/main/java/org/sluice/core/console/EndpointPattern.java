package org.sluice.core.console;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.transport.Endpoint;

/**
 * Which endpoints are meant.
 *
 * @param prefix their addresses
 * @param port their port, -1 for any
 * @param text as it was typed
 */
record EndpointPattern(IpPrefix prefix, int port, String text) {
  private static final int ANY_PORT = -1;
  private static final int MOST_PORT = 0xffff;

  static EndpointPattern parse(String word, StackCommand command) throws CommandException {
    try {
      if (word.startsWith("[")) {
        int end = word.indexOf(']');
        String rest = word.substring(end + 1);
        return new EndpointPattern(IpPrefix.parse(word.substring(1, Math.max(end, 1))), port(rest), word);
      }
      int colon = word.indexOf(':');
      boolean isIp6 = colon != word.lastIndexOf(':');
      return colon < 0 || isIp6
          ? new EndpointPattern(IpPrefix.parse(word), ANY_PORT, word)
          : new EndpointPattern(IpPrefix.parse(word.substring(0, colon)), port(word.substring(colon)), word);
    } catch (IllegalArgumentException e) {
      throw command.usage(
          "'" + word + "' is no endpoint; write it as 10.0.0.1, 10.0.0.0/8, 10.0.0.1:80 or [fe80::1]:80");
    }
  }

  private static int port(String text) {
    if (text.isEmpty()) {
      return ANY_PORT;
    }
    String digits = text.substring(1);
    if (text.charAt(0) != ':' || !Words.isNumber(digits) || Integer.parseInt(digits) > MOST_PORT) {
      throw new IllegalArgumentException(text);
    }
    return Integer.parseInt(digits);
  }

  boolean matches(@Nullable Endpoint endpoint) {
    return endpoint != null
        && (port == ANY_PORT || port == endpoint.port())
        && prefix.contains(endpoint.address());
  }
}
