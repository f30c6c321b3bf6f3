package org.sluice.testkit.script;

/** A script that cannot be read, or that the transport does not follow. The message names file and line. */
public final class ScriptFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  ScriptFailure(String message) {
    super(message);
  }
}
