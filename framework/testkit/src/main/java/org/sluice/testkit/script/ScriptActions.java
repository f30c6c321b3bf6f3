package org.sluice.testkit.script;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportAttribute;

/** What the application of a script does. */
final class ScriptActions {
  private static final String ATTRIBUTES = "no-delay true|false, keep-alive-ms N";

  private final ScriptWorld world;
  private final Map<String, Long> names;
  private long listener;

  ScriptActions(ScriptWorld world, Map<String, Long> names) {
    this.world = world;
    this.names = names;
  }

  /** Does something; returns false when there is no such action. */
  boolean act(ScriptFlow flow, List<String> words) {
    switch (words.getFirst()) {
      case "listen" -> listener = world.simulation.await(
          () -> world.application.context().listen("tcp://" + bracketed(world.ownAddress) + ":" + flow.ownPort()));
      case "unlisten" -> world.simulation.await(() -> world.application.context().unlisten(listener));
      case "connect" -> connect(flow, words.size() > 1 ? number(words, 1) : 0);
      case "cancel" -> world.simulation.await(() -> world.application.context().cancelConnects());
      case "write" -> write(flow, number(words, 1));
      case "read" -> read(flow, words.size() > 1 ? number(words, 1) : Integer.MAX_VALUE);
      case "reading" -> world.application.reading(words.get(1).equals("on"));
      case "shutdown" -> require(world.with(flow, Session::shutdown));
      case "close" -> require(world.with(flow, Session::close));
      case "reset" -> require(world.with(flow, Session::reset));
      case "flush" -> world.with(flow, session -> {
        session.flush();
        return true;
      });
      case "attribute" -> attribute(flow, words.get(1), words.get(2));
      case "detach" -> world.detach();
      case "mtu" -> world.mtu(number(words, 1));
      default -> {
        return false;
      }
    }
    return true;
  }

  private int number(List<String> words, int index) {
    return (int) Expression.value(words.get(index), names);
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static void require(SessionError error) {
    if (error != SessionError.NONE) {
      throw new IllegalArgumentException("it was refused with " + error);
    }
  }

  private void connect(ScriptFlow flow, int mss) {
    flow.connects();
    Endpoint remote = Endpoint.of(world.peerAddress, flow.peerPort());
    Endpoint own = Endpoint.of(world.ownAddress, flow.ownPort());
    ConnectOptions options =
        new ConnectOptions("tcp", remote, own, mss, 0, Set.of(), ConnectOptions.of("tcp", remote).parent(), List.of());
    require(world.simulation.get(0, () -> world.application.context().connect(options, flow.id())));
  }

  private void write(ScriptFlow flow, int bytes) {
    int taken = world.with(flow, session -> world.application.write(flow, session, bytes));
    if (taken != bytes) {
      throw new IllegalArgumentException("the session took " + taken + " of " + bytes + " bytes");
    }
  }

  private void read(ScriptFlow flow, int bytes) {
    int read = world.with(flow, session -> world.application.read(flow, session, bytes));
    if (bytes != Integer.MAX_VALUE && read != bytes) {
      throw new IllegalArgumentException("there were " + read + " bytes to read");
    }
  }

  private void attribute(ScriptFlow flow, String name, String value) {
    require(switch (name) {
      case "no-delay" -> world.with(flow,
          session -> session.attribute(TransportAttribute.NO_DELAY, Boolean.valueOf(value)));
      case "keep-alive-ms" -> world.with(flow,
          session -> session.attribute(TransportAttribute.KEEP_ALIVE_MS, Integer.valueOf(value)));
      default -> throw new IllegalArgumentException("no attribute \"" + name + "\": " + ATTRIBUTES);
    });
  }
}
