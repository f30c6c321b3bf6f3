package org.sluice.spi.application;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.transport.Endpoint;

/**
 * An endpoint with its protocol as text: {@code proto://[host@]ip:port}, with {@code :} or {@code /} before the port,
 * IPv6 in brackets or plain before a {@code /}. A trailing {@code s} of a protocol that is not itself registered asks
 * for its protected form and is resolved by the session layer. {@code http} defaults to port 80, {@code https} and
 * {@code tls} to 443.
 *
 * @param protocol the transport's name, lower case
 * @param endpoint address and port
 * @param host the host name before the {@code @}, for protocols that send one; empty for none
 */
public record SessionUri(String protocol, Endpoint endpoint, String host) {
  private static final Pattern PROTOCOL = Pattern.compile("[a-z][a-z0-9+.-]*");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,9}");
  private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443, "tls", 443);

  /**
   * Reads a URI.
   *
   * @param text the URI
   * @return its parts
   * @throws IllegalArgumentException for anything else; the message quotes the text and shows the grammar
   */
  public static SessionUri parse(String text) {
    int colon = text.indexOf("://");
    if (colon <= 0) {
      throw bad(text, "it has no protocol");
    }
    String protocol = text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!PROTOCOL.matcher(protocol).matches()) {
      throw bad(text, "its protocol is no name");
    }
    String rest = text.substring(colon + 3);
    int at = rest.indexOf('@');
    if (at == 0) {
      throw bad(text, "there is no host before the @");
    }
    String host = at < 0 ? "" : rest.substring(0, at);
    String place = rest.substring(at + 1);
    int split = portSplit(place);
    String address = stripBrackets(split < 0 ? place : place.substring(0, split));
    int port = port(text, protocol, place, split);
    try {
      return new SessionUri(protocol, Endpoint.of(address, port), host);
    } catch (IllegalArgumentException e) {
      throw bad(text, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The URI in the form {@link #parse} reads back.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return protocol + "://" + (host.isEmpty() ? "" : host + "@") + endpoint;
  }

  /**
   * The address of the endpoint.
   *
   * @return the address
   */
  public IpAddress address() {
    return endpoint.address();
  }

  /** The place of the separator before the port, or -1; a colon inside an unbracketed IPv6 literal is none. */
  private static int portSplit(String place) {
    int slash = place.lastIndexOf('/');
    if (slash >= 0) {
      return slash;
    }
    int colon = place.lastIndexOf(':');
    boolean bracketed = place.startsWith("[");
    if (bracketed) {
      return colon > place.indexOf(']') ? colon : -1;
    }
    return colon == place.indexOf(':') ? colon : -1;
  }

  /** Brackets are for IPv6 alone; elsewhere they stay and are refused with the address. */
  private static String stripBrackets(String address) {
    boolean bracketed = address.startsWith("[") && address.endsWith("]") && address.indexOf(':') >= 0;
    return bracketed ? address.substring(1, address.length() - 1) : address;
  }

  private static int port(String text, String protocol, String place, int split) {
    if (split >= 0) {
      String digits = place.substring(split + 1);
      if (!PORT.matcher(digits).matches()) {
        throw bad(text, "its port is not a number");
      }
      return Integer.parseInt(digits);
    }
    Integer port = DEFAULT_PORTS.get(protocol);
    if (port == null) {
      throw bad(text, "it has no port");
    }
    return port;
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException(
        "'" + text + "' is not a session URI: " + why + "; write proto://[host@]ip:port, as in tcp://10.0.0.1:80");
  }
}
