package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Other network namespaces. */
final class Namespaces {
  private static final String NAMED = "/var/run/netns/";
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int O_RDONLY_CLOEXEC = 0x80000;

  private Namespaces() {}

  /** Namespaces belong to threads: one that ends afterwards is moved, not the caller's. */
  static <T> T within(String namespace, Kernel.Action<T> action) throws KernelException {
    FutureTask<T> task = new FutureTask<>(() -> {
      enter(namespace);
      return action.run();
    });
    Thread thread = Thread.ofPlatform().name("netns-" + namespace).start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          thread.join();
          return task.get();
        } catch (InterruptedException e) {
          // What was begun there is not left half done.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case KernelException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void enter(String namespace) throws KernelException {
    String path = namespace.startsWith("/") ? namespace : NAMED + namespace;
    Libc libc = Linux.libc();
    try (Arena arena = Arena.ofConfined()) {
      int fd = Linux.require("open of the network namespace " + path, libc,
          libc.open(Linux.text(arena, path), O_RDONLY_CLOEXEC));
      try {
        Linux.require("setns to the network namespace " + path, libc, libc.setns(fd, CLONE_NEWNET));
      } finally {
        int _ = libc.close(fd);
      }
    }
  }
}
