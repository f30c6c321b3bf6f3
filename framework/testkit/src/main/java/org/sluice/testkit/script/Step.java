package org.sluice.testkit.script;

import java.util.List;

/** One line of a script, or a block of lines. */
sealed interface Step {
  /** Where it stands, for messages. */
  Place place();

  /** A place in a file. */
  record Place(String file, int line, String text) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** The peer sends a segment. */
  record Inject(Place place, Moment moment, int flow, String segment) implements Step {}

  /** The stack sends a segment. */
  record Expect(Place place, Moment moment, int flow, String segment) implements Step {}

  /** Anything else: what the application does, what is looked at, what is set. */
  record Act(Place place, Moment moment, int flow, List<String> words) implements Step {}

  /** Lines that are gone through again and again. */
  record Repeat(Place place, String name, String from, String to, List<Step> body) implements Step {}

  /** Segments of the peer that arrive in one burst. */
  record Burst(Place place, Moment moment, List<Step> body) implements Step {}
}
