package org.sluice.host.watch;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sluice.core.Stack;
import org.sluice.host.plugin.ClassOwners;

/**
 * Whose code holds a worker, read from the stack of its thread: nothing on the way of packets and callbacks says who is
 * called.
 *
 * @param plugin the plugin of the innermost frame that is of a plugin; the stack's own scope when there is none
 * @param callback the method by which the stack, or another plugin, called it: class and method
 * @param where the innermost frame of that plugin; the innermost one that is not Java's when no plugin is in it
 * @param frames the stack of the thread, innermost first
 */
record Culprit(String plugin, String callback, String where, List<StackTraceElement> frames) {
  private static final StackTraceElement NOWHERE = new StackTraceElement("nowhere", "none", null, -1);

  static Culprit of(StackTraceElement[] frames, ClassOwners owners) {
    for (int i = 0; i < frames.length; i++) {
      Optional<String> owner = owners.owner(frames[i]);
      if (owner.isPresent()) {
        return new Culprit(owner.get(), method(frames[called(frames, i, owner.get(), owners)]), text(frames[i]),
            List.of(frames));
      }
    }
    // Java's own frames say how it waits, those of the stack for what.
    StackTraceElement own = Stream.of(frames).filter(frame -> frame.getModuleName() == null).findFirst()
        .orElse(frames.length == 0 ? NOWHERE : frames[0]);
    return new Culprit(Stack.OWN_SCOPE, method(own), text(own), List.of(frames));
  }

  /** The outermost frame of the plugin before one of the stack: frames of Java in between belong to its call. */
  private static int called(StackTraceElement[] frames, int from, String plugin, ClassOwners owners) {
    int outermost = from;
    for (int i = from + 1; i < frames.length && !isOfStack(frames[i], owners); i++) {
      Optional<String> owner = owners.owner(frames[i]);
      if (owner.isPresent() && !owner.get().equals(plugin)) {
        break;
      }
      if (owner.isPresent()) {
        outermost = i;
      }
    }
    return outermost;
  }

  private static boolean isOfStack(StackTraceElement frame, ClassOwners owners) {
    return frame.getClassName().startsWith("org.sluice.core.") && owners.owner(frame).isEmpty();
  }

  private static String method(StackTraceElement frame) {
    return frame.getClassName() + "." + frame.getMethodName();
  }

  /** As Java writes it, without names of loaders and modules. */
  private static String text(StackTraceElement frame) {
    String file = frame.getFileName() == null ? "unknown source" : frame.getFileName();
    return method(frame) + "(" + file + (frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber()) + ")";
  }
}
