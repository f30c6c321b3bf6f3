package org.sluice.testkit.script;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.Verbosity;

/** What a script looks at beside segments. */
final class ScriptChecks {
  private final ScriptWorld world;
  private final Map<String, Long> names;

  ScriptChecks(ScriptWorld world, Map<String, Long> names) {
    this.world = world;
    this.names = names;
  }

  /** Looks at something; returns false when there is no such check. */
  boolean check(ScriptFlow flow, List<String> words) {
    switch (words.getFirst()) {
      case "accepted", "connected" -> event(flow, words.getFirst());
      case "failed" -> event(flow, "failed " + words.get(1));
      case "event" -> event(flow, words.get(1));
      case "no" -> absent(flow, words.get(1));
      case "state" -> equal(words.get(1), state(flow));
      case "received" -> within(words.get(1), flow.received);
      case "unread" -> within(words.get(1), world.with(flow, Session::readable));
      case "count" -> within(words.get(2), world.host.count(words.get(1)));
      case "info" -> within(words.get(2), info(flow, words.get(1)));
      case "that" -> within(words.get(2), Expression.value(words.get(1), names));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void event(ScriptFlow flow, String wanted) {
    List<String> events = world.application.events(flow);
    if (!events.contains(wanted)) {
      throw new IllegalArgumentException("the application was told " + events);
    }
  }

  private void absent(ScriptFlow flow, String unwanted) {
    List<String> events = world.application.events(flow);
    if (events.stream().anyMatch(event -> event.startsWith(unwanted))) {
      throw new IllegalArgumentException("the application was told " + events);
    }
  }

  private String state(ScriptFlow flow) {
    TransportConnection connection = world.connection(flow);
    if (connection != null) {
      return world.with(flow, session -> world.transport.format(connection, Verbosity.LINE));
    }
    return "NONE";
  }

  /** The number behind a word in what the transport tells people of the connection. */
  private long info(ScriptFlow flow, String word) {
    TransportConnection connection = world.connection(flow);
    if (connection == null) {
      throw new IllegalArgumentException("there is no connection");
    }
    String text = world.with(flow, session -> world.transport.format(connection, Verbosity.FULL));
    List<String> words = Arrays.asList(text.split("[\\s,]+", -1));
    int at = words.indexOf(word);
    @Nullable Long value = at < 0 || at + 1 == words.size() ? null : number(words.get(at + 1));
    if (value == null) {
      throw new IllegalArgumentException("no number \"" + word + "\" in: " + text);
    }
    return value;
  }

  private static @Nullable Long number(String word) {
    try {
      return Long.valueOf(word.startsWith("+") ? word.substring(1) : word);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void within(String wanted, long value) {
    if (!Range.of(wanted, names).has(value)) {
      throw new IllegalArgumentException("it is " + value);
    }
  }

  private static void equal(String wanted, String value) {
    if (!wanted.equals(value)) {
      throw new IllegalArgumentException("it is " + value);
    }
  }
}
