package org.sluice.testkit.runtime;

import org.sluice.spi.memory.AccessHook;

/** Makes each access of an {@link Actor} to shared memory a step of its scheduler. Found by the service loader. */
public final class SteppingAccessHook implements AccessHook {

  private static final String[] KINDS = {"read", "write", "update", "fence", "copy at"};

  @Override
  public void onSharedAccess(int kind, long address) {
    Actor actor = Actor.current();
    if (actor != null) {
      actor.step(kind == FENCE ? "fence" : KINDS[kind] + " #" + actor.scheduler().wordNumber(address));
    }
  }
}
