package org.sluice.host.testing;

import java.util.ArrayList;
import java.util.List;
import org.sluice.host.console.OutputSink;

/** Remembers what was shown. */
public final class RecordingSink implements OutputSink {
  private final StringBuilder text = new StringBuilder();
  private final List<String> errors = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Override
  public synchronized void text(String part) {
    text.append(part);
  }

  @Override
  public synchronized void error(String message) {
    errors.add(message);
  }

  @Override
  public synchronized void progress(String message) {
    progress.add(message);
  }

  /** The result so far. */
  public synchronized String text() {
    return text.toString();
  }

  /** The messages so far. */
  public synchronized List<String> errors() {
    return List.copyOf(errors);
  }

  /** What was said about progress so far. */
  public synchronized List<String> progress() {
    return List.copyOf(progress);
  }
}
