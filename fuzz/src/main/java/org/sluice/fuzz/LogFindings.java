package org.sluice.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of this process. What a packet brings is counted, never logged; so every line above debug that is written
 * while an input runs is kept as a finding, with what was thrown. One line is meant to be there: that a station of the
 * link uses an address of ours, which no input is long enough to bring twice.
 */
public final class LogFindings implements SLF4JServiceProvider {
  private static final List<Finding> WRITTEN = new ArrayList<>();
  private static final String CONFLICTS = "org.sluice.core.ip.AddressClaims";
  private static boolean conflictAllowed = true;

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** A line, and its exception. */
  private record Finding(String line, @Nullable Throwable thrown) {}

  /** For SLF4J. */
  public LogFindings() {}

  /** Forgets what was written. */
  static void clear() {
    synchronized (WRITTEN) {
      WRITTEN.clear();
      conflictAllowed = true;
    }
  }

  /** Throws when anything was written since. */
  static void requireNone() {
    synchronized (WRITTEN) {
      if (!WRITTEN.isEmpty()) {
        Finding first = WRITTEN.getFirst();
        throw new AssertionError("logged " + WRITTEN.size() + " lines: " + first.line, first.thrown);
      }
    }
  }

  /** Adds what was written to another finding. */
  static void addTo(Throwable finding) {
    synchronized (WRITTEN) {
      WRITTEN.forEach(one -> finding.addSuppressed(new AssertionError("logged: " + one.line, one.thrown)));
    }
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Keeper::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {
    // Nothing to prepare.
  }

  /** A logger that writes from info up. */
  private static final class Keeper extends AbstractLogger {
    private static final long serialVersionUID = 1;

    Keeper(String name) {
      this.name = name;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, String pattern,
        Object @Nullable [] arguments, @Nullable Throwable thrown) {
      String line = level + " " + name + ": " + MessageFormatter.basicArrayFormat(pattern, arguments);
      synchronized (WRITTEN) {
        if (conflictAllowed && CONFLICTS.equals(name) && thrown == null) {
          conflictAllowed = false;
        } else {
          WRITTEN.add(new Finding(line, thrown));
        }
      }
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
      return true;
    }
  }
}
