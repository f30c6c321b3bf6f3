package org.sluice.testkit.script;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.TransportVft;

/**
 * Runs packet scripts against a transport, each in a stack of its own, in virtual time.
 *
 * <p>Before anything else a script may say: {@code set KEY VALUE} (of the transport's configuration), {@code fifo RX
 * [TX [MAX-RX]]} (the rx FIFO stays as it is unless MAX-RX is larger), {@code mtu BYTES} (later too), {@code ipv6},
 * {@code workers N} (beside worker 0).
 *
 * <p>The application: {@code listen}, {@code unlisten}, {@code connect [MSS]}, {@code cancel}, {@code write N}, {@code
 * read [N]}, {@code reading on|off}, {@code shutdown}, {@code close}, {@code reset}, {@code flush}, {@code attribute
 * NAME VALUE}, {@code detach}.
 *
 * <p>Looking: {@code accepted}, {@code connected}, {@code failed ERROR}, {@code event NAME}, {@code no NAME} (what the
 * application was and was not told), {@code state NAME}, {@code received N}, {@code unread N}, {@code count COUNTER N},
 * {@code info WORD N} (a figure of the connection as people see it), {@code that EXPRESSION N}.
 *
 * <p>Time: {@code nothing} (nothing is sent until then), {@code drain} (whatever is sent until then is fine).
 */
public final class ScriptRunner {
  private static final int TRACE_LINES = 30;

  private final Function<HostServices, TransportVft> factory;
  private final Map<String, Object> defaults;

  /**
   * A runner for a transport.
   *
   * @param factory makes the transport of one script
   * @param defaults its configuration: what scripts can set
   */
  public ScriptRunner(Function<HostServices, TransportVft> factory, Map<String, Object> defaults) {
    this.factory = factory;
    this.defaults = Map.copyOf(defaults);
  }

  /**
   * Runs a script.
   *
   * @param script the script
   * @throws ScriptFailure when the transport does something else; says where, what was expected, and what came
   */
  public void run(PacketScript script) {
    new Run().all(script);
  }

  /** One script. */
  private final class Run {
    private final ScriptWorld.Setup setup = new ScriptWorld.Setup(defaults);
    private final Map<Integer, ScriptFlow> flows = new HashMap<>();
    private final Map<String, Long> names = new HashMap<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private @Nullable ScriptWorld world;
    private @Nullable ScriptActions actions;
    private @Nullable ScriptChecks checks;
    private long startNs;
    /** When the last line took place. */
    private long nowNs;

    void all(PacketScript script) {
      steps(script.steps());
      ScriptWorld w = world();
      Step.Place end = new Step.Place(script.name(), (int) script.text().lines().count(), "the end of the script");
      nothingSent(w, end);
      try {
        w.end();
      } catch (AssertionError | RuntimeException e) {
        throw failure(end, "when all is over: " + e.getMessage());
      }
    }

    private void steps(List<Step> steps) {
      for (Step step : steps) {
        try {
          step(step);
        } catch (ScriptFailure e) {
          throw e;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          throw failure(step.place(), String.valueOf(e.getMessage()));
        } catch (AssertionError | RuntimeException e) {
          ScriptFailure failure = failure(step.place(), "the stack failed: " + e);
          failure.initCause(e);
          throw failure;
        }
      }
    }

    private void step(Step step) {
      switch (step) {
        case Step.Repeat repeat -> repeat(repeat);
        case Step.Burst burst -> burst(burst);
        case Step.Inject inject -> {
          wait(inject.place(), inject.moment());
          inject(inject);
          world().run();
        }
        case Step.Expect expect -> expect(expect);
        case Step.Act act -> act(act);
      }
    }

    private void repeat(Step.Repeat repeat) {
      long last = Expression.value(repeat.to(), names);
      for (long i = Expression.value(repeat.from(), names); i <= last; i++) {
        names.put(repeat.name(), i);
        steps(repeat.body());
      }
    }

    private void burst(Step.Burst burst) {
      wait(burst.place(), burst.moment());
      for (Step step : burst.body()) {
        if (!(step instanceof Step.Inject inject)) {
          throw new IllegalArgumentException("only segments of the peer make a burst");
        }
        inject(inject);
      }
      world().run();
    }

    private void inject(Step.Inject inject) {
      ScriptFlow flow = flow(inject.flow());
      ScriptWorld w = world();
      SegmentPattern pattern = SegmentPattern.of(inject.segment(), names);
      note((inject.flow() == 1 ? "" : "@" + inject.flow() + " ") + "< " + inject.segment());
      w.inject(new SegmentWriter(w.peerAddress, w.ownAddress).write(pattern, flow), Math.max(0, pattern.ecn));
    }

    private void expect(Step.Expect expect) {
      ScriptWorld w = world();
      long atNs = nowNs + expect.moment().delayNs();
      long toleranceNs = expect.moment().toleranceNs();
      ScriptFlow flow = flow(expect.flow());
      w.runUntilSent(atNs + toleranceNs);
      SegmentPattern pattern = SegmentPattern.of(expect.segment(), names);
      SeenSegment seen = w.sent.poll();
      if (seen == null) {
        throw wrong(expect.place(), "nothing", "nothing was sent until " + Moment.text(w.elapsedNs() - startNs));
      }
      String came = seen + " at " + Moment.text(seen.atNs - startNs);
      note(seen.toString(), seen.atNs);
      String difference = flow.equals(seen.flow) ? pattern.difference(seen) : "it is of another flow";
      if (difference != null) {
        throw wrong(expect.place(), came, difference);
      }
      if (Math.abs(seen.atNs - atNs) > toleranceNs) {
        throw wrong(expect.place(), came, "it was due at " + Moment.text(atNs - startNs));
      }
      nowNs = Math.max(nowNs, seen.atNs);
      flow.names(names);
    }

    // ---- Everything else.

    private void act(Step.Act act) {
      List<String> words = act.words();
      if (setUp(words)) {
        return;
      }
      ScriptWorld w = world();
      if (words.getFirst().equals("drain")) {
        drain(w, act.moment());
        return;
      }
      ScriptFlow flow = flow(act.flow());
      boolean now = act.moment().delayNs() == 0;
      if (now && checks != null && checks.check(flow, words)) {
        return;
      }
      wait(act.place(), act.moment());
      if (words.getFirst().equals("nothing") || !now && checks != null && checks.check(flow, words)) {
        return;
      }
      note(act.place().text());
      if (actions == null || !actions.act(flow, words)) {
        throw new IllegalArgumentException("what is \"" + words.getFirst() + "\"?");
      }
      w.run();
    }

    private boolean setUp(List<String> words) {
      switch (words.getFirst()) {
        case "let" -> names.put(words.get(1), Expression.value(words.get(2), names));
        case "set" -> set(words.get(1), words.get(2));
        case "ipv6" -> setup.ip6 = true;
        case "workers" -> setup.dataWorkers = (int) Expression.value(words.get(1), names);
        case "fifo" -> {
          setup.rxBytes = (int) Expression.value(words.get(1), names);
          setup.txBytes = words.size() > 2 ? (int) Expression.value(words.get(2), names) : setup.txBytes;
          setup.maxRxBytes = words.size() > 3 ? (int) Expression.value(words.get(3), names) : 0;
        }
        case "mtu" -> {
          setup.mtuBytes = (int) Expression.value(words.get(1), names);
          return world == null;
        }
        default -> {
          return false;
        }
      }
      if (world != null && !words.getFirst().equals("let")) {
        throw new IllegalArgumentException("it is too late for " + words.getFirst());
      }
      return true;
    }

    private void set(String key, String value) {
      Object before = setup.settings.get(key);
      setup.settings.put(key, switch (before) {
        case null -> throw new IllegalArgumentException("no setting " + key + ": " + setup.settings.keySet());
        case Duration d -> Duration.ofNanos(Moment.durationNs(value));
        case Boolean b -> flag(value);
        case Number n -> (int) Expression.value(value, names);
        default -> value;
      });
    }

    /** Not everything that is no "true" is meant to be false. */
    private static boolean flag(String value) {
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("\"" + value + "\" is neither true nor false");
      };
    }

    private void drain(ScriptWorld w, Moment moment) {
      long endNs = nowNs + moment.delayNs();
      do {
        w.runUntilSent(endNs);
        for (SeenSegment seen = w.sent.poll(); seen != null; seen = w.sent.poll()) {
          note(seen.toString(), seen.atNs);
          seen.flow.names(names);
        }
      } while (w.elapsedNs() < endNs);
      nowNs = Math.max(nowNs, w.elapsedNs());
    }

    /** Lets time pass; nothing may be sent meanwhile. */
    private void wait(Step.Place place, Moment moment) {
      ScriptWorld w = world();
      long atNs = nowNs + moment.delayNs();
      w.runUntilSent(atNs);
      nothingSent(w, place);
      nowNs = Math.max(nowNs, w.elapsedNs());
    }

    private void nothingSent(ScriptWorld w, Step.Place place) {
      w.run();
      SeenSegment seen = w.sent.peek();
      if (seen != null) {
        throw wrong(
            place, seen + " at " + Moment.text(seen.atNs - startNs), "no segment was expected before this line");
      }
      String fault = w.application.fault();
      if (fault != null) {
        throw failure(place, fault);
      }
    }

    private ScriptWorld world() {
      if (world == null) {
        ScriptWorld made = new ScriptWorld(setup, factory, flows);
        world = made;
        actions = new ScriptActions(made, names);
        checks = new ScriptChecks(made, names);
        startNs = made.elapsedNs();
        nowNs = startNs;
      }
      return world;
    }

    private ScriptFlow flow(int id) {
      return flows.computeIfAbsent(id, ScriptFlow::new);
    }

    // ---- Words.

    private void note(String what) {
      note(what, world().elapsedNs());
    }

    private void note(String what, long atNs) {
      if (trace.size() == TRACE_LINES) {
        trace.removeFirst();
      }
      trace.add("    " + Moment.text(atNs - startNs) + "  " + what);
    }

    private ScriptFailure wrong(Step.Place place, String came, String why) {
      return failure(place, why + "\n  came: " + came);
    }

    private ScriptFailure failure(Step.Place place, String why) {
      return new ScriptFailure(place + ": expected: " + place.text() + "\n  but " + why
          + (names.isEmpty() ? "" : "\n  with " + names) + "\n  so far:\n" + String.join("\n", trace));
    }
  }
}
