package org.sluice.testkit.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A conversation between the stack and a scripted peer. Each line is one event, so long after the one before ({@code
 * +0.2}, {@code +200ms}, {@code +1~0.1} with a tolerance; nothing for "at once"):
 *
 * <pre>{@code
 * # RFC 9293 section 3.5: a passive open.
 * listen
 * < S 0 win 65535 <mss 1460>          # the peer sends
 * > SA 0 ack 1 <mss 1460>             # the stack sends, within 2 ms of the stated moment
 * +0.1 < A 1 ack 1 win 65535
 * accepted                            # what the application was told
 * write 100                           # what it does
 * > PA 1:100 ack 1
 * +0.2 > A 1:100 ack 1                # so much later, sent again
 * +0.1 nothing                        # until then nothing is sent
 * }</pre>
 *
 * <p>A segment is flags ({@code F S R P A U E C}, E and C being those of ECN, {@code -} for none), sequence number and
 * payload length, {@code ack}, {@code win}, {@code urg}, options in angle brackets ({@code mss 1460, ws 7, sackok, sack
 * 101-201, ts 5:7, raw 1e02}) and the ECN bits of its packet ({@code notect}, {@code ect0}, {@code ect1}, {@code ce}).
 * Numbers are relative to the initial one of their direction, windows are bytes, timestamps relative to the first of
 * their direction; {@code last} is the last timestamp of the stack. The peer's segments may also carry {@code junk}
 * (bytes that do not belong there) or a wrong checksum ({@code badsum}).
 *
 * <p>Of what the stack sends each number may be a range ({@code 5..7}, {@code 5..}) or {@code *}, and what is not said
 * is not looked at, but for options: without brackets there are none but timestamps, {@code <*>} are any. PSH counts
 * where it is mentioned. All that the stack sends has to be expected, in order; the bytes of a payload are checked by
 * their place in the stream.
 *
 * <p>{@code @2} before a line is about another flow. {@code repeat i 1..5 {}} and {@code burst {}} enclose lines,
 * {@code let name 5} gives a number a name, {@code use file} inserts another file. What the application can do and what
 * can be looked at is listed at {@link ScriptRunner}.
 */
public final class PacketScript {
  private static final int MOST_INCLUDED = 8;

  private final String name;
  private final String text;
  private final List<Step> steps = new ArrayList<>();

  private record Open(Step.Place place, Moment moment, List<String> words, List<Step> outer) {}

  private PacketScript(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Reads a script.
   *
   * @param name its file, for messages
   * @param text its lines
   * @param files gives the text of a file that {@code use} names
   * @return the script
   * @throws ScriptFailure when it cannot be read
   */
  public static PacketScript parse(String name, String text, UnaryOperator<String> files) {
    PacketScript script = new PacketScript(name, text);
    Reader reader = new Reader(script.steps, files);
    reader.read(name, text, 0);
    reader.end();
    return script;
  }

  /**
   * Its file.
   *
   * @return the name it was read with
   */
  public String name() {
    return name;
  }

  /**
   * Its lines.
   *
   * @return the text it was read from
   */
  public String text() {
    return text;
  }

  List<Step> steps() {
    return steps;
  }

  /** Reads lines into steps. */
  private static final class Reader {
    private final UnaryOperator<String> files;
    private final Deque<Open> open = new ArrayDeque<>();
    private List<Step> into;

    Reader(List<Step> into, UnaryOperator<String> files) {
      this.into = into;
      this.files = files;
    }

    void read(String file, String text, int depth) {
      List<String> lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        int comment = line.indexOf('#');
        String content = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (!content.isEmpty()) {
          Step.Place place = new Step.Place(file, i + 1, content);
          try {
            line(place, content, depth);
          } catch (IllegalArgumentException e) {
            throw new ScriptFailure(place + ": " + e.getMessage());
          }
        }
      }
    }

    void end() {
      if (!open.isEmpty()) {
        throw new ScriptFailure(open.getLast().place() + ": this block has no end");
      }
    }

    private void line(Step.Place place, String content, int depth) {
      String rest = content;
      Moment moment = Moment.NOW;
      int flow = 1;
      if (rest.startsWith("+")) {
        moment = Moment.of(first(rest).substring(1));
        rest = rest(rest);
      }
      if (rest.startsWith("@")) {
        flow = (int) Range.of(first(rest).substring(1), Map.of()).least();
        rest = rest(rest);
      }
      List<String> words = Arrays.asList(rest.split("\\s+", -1));
      switch (words.getFirst()) {
        case "<" -> into.add(new Step.Inject(place, moment, flow, rest(rest)));
        case ">" -> into.add(new Step.Expect(place, moment, flow, rest(rest)));
        case "use" -> {
          if (depth == MOST_INCLUDED) {
            throw new IllegalArgumentException("files use each other too deeply");
          }
          read(words.getLast(), files.apply(words.getLast()), depth + 1);
        }
        case "repeat", "burst" -> begin(new Open(place, moment, words, into));
        case "}" -> close();
        default -> into.add(new Step.Act(place, moment, flow, words));
      }
    }

    private void begin(Open block) {
      if (!block.words().getLast().equals("{")) {
        throw new IllegalArgumentException("a block begins with {");
      }
      open.push(block);
      into = new ArrayList<>();
    }

    private void close() {
      if (open.isEmpty()) {
        throw new IllegalArgumentException("there is no block that could end here");
      }
      Open block = open.pop();
      List<Step> body = into;
      into = block.outer();
      into.add(block.words().getFirst().equals("burst")
          ? new Step.Burst(block.place(), block.moment(), body)
          : repeat(block, body));
    }

    private static Step repeat(Open block, List<Step> body) {
      List<String> words = block.words();
      int dots = words.size() == 4 ? words.get(2).indexOf("..") : -1;
      if (dots < 0) {
        throw new IllegalArgumentException("repeat NAME FROM..TO {");
      }
      String range = words.get(2);
      return new Step.Repeat(block.place(), words.get(1), range.substring(0, dots), range.substring(dots + 2), body);
    }

    private static String first(String text) {
      return text.split("\\s+", 2)[0];
    }

    private static String rest(String text) {
      String[] parts = text.split("\\s+", 2);
      if (parts.length < 2) {
        throw new IllegalArgumentException("something is missing behind \"" + parts[0] + "\"");
      }
      return parts[1];
    }
  }
}
