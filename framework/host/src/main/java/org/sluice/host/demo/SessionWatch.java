package org.sluice.host.demo;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.OutputSink;

/** Looks at the sessions until one is there that carries data, or the time for that is over. */
final class SessionWatch implements Runnable {
  private static final long LOOK_AGAIN_MS = 2;
  /** A line of a session between two applications; listeners have another state. */
  private static final Pattern READY = Pattern.compile("(?m)^\\[.*->.* (ready|ESTABLISHED) .*$");

  private final Console console;
  private final CountDownLatch over;
  private volatile @Nullable String seen;

  SessionWatch(Console console, CountDownLatch over) {
    this.console = console;
    this.over = over;
  }

  /** What was shown; empty when nothing was caught. */
  Optional<String> seen() {
    return Optional.ofNullable(seen);
  }

  @Override
  public void run() {
    try {
      do {
        Capture capture = new Capture();
        int status = console.run("show session verbose", capture, new Invocation());
        if (status == Console.OK && READY.matcher(capture.text).find()) {
          seen = capture.text.toString();
        }
      } while (seen == null && !over.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Capture implements OutputSink {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void text(String part) {
      text.append(part);
    }

    @Override
    public void error(String message) {}

    @Override
    public void progress(String message) {}
  }
}
