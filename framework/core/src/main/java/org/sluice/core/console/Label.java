package org.sluice.core.console;

import java.util.Collection;
import java.util.Locale;

/** Constants as words: {@code VIRTUAL_CIRCUIT} is {@code virtual-circuit}. */
final class Label {
  private Label() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Several of them, in alphabetical order, because sets have none. */
  static String of(Collection<? extends Enum<?>> constants) {
    return String.join(" ", constants.stream().map(Label::of).sorted().toList());
  }
}
