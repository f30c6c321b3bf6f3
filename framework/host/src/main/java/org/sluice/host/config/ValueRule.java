package org.sluice.host.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the value of one key must be: a kind, and a range or the words to choose from. */
final class ValueRule {
  private static final Pattern COMMENT = Pattern.compile("\\s*type:\\s*(\\w+)\\s*(.*?)\\s*");
  private static final Pattern UNIT = Pattern.compile("-?[0-9.]+\\s*[a-zA-Z]+");

  private final Kind kind;
  private final String allowed;
  private final long least;
  private final long most;

  private ValueRule(Kind kind, String allowed) {
    this.kind = kind;
    this.allowed = allowed;
    String[] ends = kind.isMeasured() && !allowed.isEmpty() ? allowed.split("\\.\\.", 2) : new String[] {"", ""};
    if (ends.length != 2) {
      throw new IllegalArgumentException("the range '" + allowed + "' must be LEAST..MOST");
    }
    least = end(ends[0], Long.MIN_VALUE);
    most = end(ends[1], Long.MAX_VALUE);
  }

  /**
   * The rule for a key of a reference file.
   *
   * @throws IllegalArgumentException when its type comment cannot be read, or its default breaks it
   */
  static ValueRule of(ConfigValue reference) {
    ValueRule rule = written(reference).orElseGet(() -> inferred(reference));
    if (reference.valueType() != ConfigValueType.NULL) {
      rule.check(reference).ifPresent(breach -> {
        throw new IllegalArgumentException("the default " + Values.show(reference) + " is not " + rule.describe());
      });
    }
    return rule;
  }

  private static Optional<ValueRule> written(ConfigValue reference) {
    for (String line : reference.origin().comments()) {
      Matcher matcher = COMMENT.matcher(line);
      if (matcher.matches()) {
        return Optional.of(new ValueRule(Kind.named(matcher.group(1)), matcher.group(2)));
      }
    }
    return Optional.empty();
  }

  private static ValueRule inferred(ConfigValue reference) {
    Kind kind = switch (reference.valueType()) {
      case NUMBER -> Kind.INTEGER;
      case BOOLEAN -> Kind.FLAG;
      case LIST -> Kind.TEXTS;
      case STRING -> measure(reference);
      default -> throw new IllegalArgumentException("it has no default, so it needs a comment 'type: ...'");
    };
    return new ValueRule(kind, "");
  }

  /** A default like "200 ms" can only be a time, one like "64 KiB" only a size; "10 m" could be both and is a text. */
  private static Kind measure(ConfigValue reference) {
    boolean unit = UNIT.matcher(Values.text(reference).orElse("")).matches();
    boolean time = unit && Values.duration(reference).isPresent();
    boolean size = unit && Values.bytes(reference).isPresent();
    return time == size ? Kind.TEXT : time ? Kind.DURATION : Kind.BYTES;
  }

  private long end(String text, long open) {
    return text.isBlank() ? open : kind.measure(ConfigValueFactory.fromAnyRef(text.strip()))
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not " + kind.words));
  }

  /** Empty when the value is right. */
  Optional<Breach> check(ConfigValue value) {
    if (kind == Kind.CHOICE) {
      boolean known = Values.text(value).filter(List.of(allowed.split("\\s*\\|\\s*"))::contains).isPresent();
      return known ? Optional.empty() : Optional.of(Breach.TYPE);
    }
    if (kind.isMeasured()) {
      OptionalLong measured = kind.measure(value);
      if (measured.isEmpty()) {
        return Optional.of(Breach.TYPE);
      }
      long amount = measured.getAsLong();
      return amount < least || amount > most ? Optional.of(Breach.RANGE) : Optional.empty();
    }
    boolean right = switch (kind) {
      case FLAG -> Values.flag(value).isPresent();
      case TEXTS -> Values.texts(value).isPresent();
      default -> Values.text(value).isPresent();
    };
    return right ? Optional.empty() : Optional.of(Breach.TYPE);
  }

  /** What is expected, for example {@code a whole number, 0..127}. */
  String describe() {
    if (kind == Kind.CHOICE) {
      return "one of " + allowed;
    }
    return allowed.isEmpty() ? kind.words : kind.words + ", " + allowed;
  }

  /** How a value can be wrong. */
  enum Breach { TYPE, RANGE }

  /** The kinds of values; their names in lower case stand in type comments. */
  private enum Kind {
    INTEGER("a whole number"),
    FLAG("true or false"),
    TEXT("a text"),
    TEXTS("a list of texts"),
    CHOICE("a choice"),
    BYTES("a size such as 64 KiB"),
    DURATION("a time such as 200 ms");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private boolean isMeasured() {
      return this == INTEGER || this == BYTES || this == DURATION;
    }

    private OptionalLong measure(ConfigValue value) {
      return switch (this) {
        case INTEGER -> Values.integer(value);
        case BYTES -> Values.bytes(value);
        default -> Values.duration(value).map(Duration::toNanos).map(OptionalLong::of).orElse(OptionalLong.empty());
      };
    }

    private static Kind named(String name) {
      try {
        return valueOf(name.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("its comment names no type: " + name, e);
      }
    }
  }
}
