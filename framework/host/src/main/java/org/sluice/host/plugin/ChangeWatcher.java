package org.sluice.host.plugin;

import org.sluice.spi.console.ConsoleOutput;

/** Whoever waits for a change of plugins. */
public interface ChangeWatcher {
  /** Somebody who neither looks nor gives up. */
  ChangeWatcher NOBODY = new ChangeWatcher() {
    @Override
    public void progress(String text) {}

    @Override
    public boolean isCancelled() {
      return false;
    }
  };

  /** Whoever reads an output. */
  static ChangeWatcher of(ConsoleOutput output) {
    return new ChangeWatcher() {
      @Override
      public void progress(String text) {
        output.progress(text);
      }

      @Override
      public boolean isCancelled() {
        return output.isCancelled();
      }
    };
  }

  /** Is told how far it is. */
  void progress(String text);

  /** Whether he gave up. */
  boolean isCancelled();
}
