package org.sluice.spi.memory;

import org.sluice.spi.runtime.ExecutionContext;

/** A context that the test switches by hand. */
final class TestContext implements ExecutionContext {

  private final String name;
  private boolean current = true;

  TestContext(String name) {
    this.name = name;
  }

  /** A context that is current wherever it is asked. */
  static ExecutionContext anywhere() {
    return new TestContext("anywhere");
  }

  void current(boolean isCurrent) {
    current = isCurrent;
  }

  @Override
  public boolean isCurrent() {
    return current;
  }

  @Override
  public String name() {
    return name;
  }
}
