package org.sluice.plugin.lab;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Counter;

/** The applications that commands attached, and how commands wait for what they begin. Console threads. */
final class Bench {
  private final HostServices services;
  private final LabSettings settings;
  private final HoleTransport hole;
  private final Counter forgotten;
  private final Map<String, LabApplication> applications = new ConcurrentSkipListMap<>();

  Bench(HostServices services, HoleTransport hole) {
    this.services = services;
    this.hole = hole;
    settings = LabSettings.of(services.configuration());
    forgotten = services.counters().counter("limit.connects", "Outcomes of connects that were forgotten for new ones.");
  }

  HoleTransport hole() {
    return hole;
  }

  // ---- Applications.

  /** Begins to attach an application. */
  CompletableFuture<ApplicationContext> attach(AttachOptions options) {
    ConnectBook connects = new ConnectBook(settings.maxConnects(), forgotten);
    return services.applications().attach(new LabApplication(options, this, connects), options);
  }

  /** Worker 0. */
  void attached(LabApplication application) {
    applications.put(application.name(), application);
  }

  /** Worker 0. */
  void detached(LabApplication application) {
    applications.remove(application.name(), application);
  }

  List<String> names() {
    return List.copyOf(applications.keySet());
  }

  List<LabApplication> applications() {
    return List.copyOf(applications.values());
  }

  LabApplication application(String name) throws CommandException {
    LabApplication found = applications.get(name);
    if (found == null) {
      List<String> names = names();
      throw CommandException.failure("no application '" + name + "' is on the bench; "
          + (names.isEmpty() ? "'lab attach " + name + "' attaches it" : "there are: " + String.join(", ", names)));
    }
    return found;
  }

  LabSession session(LabApplication application, String id) throws CommandException {
    for (LabSession session : application.sessions()) {
      if (session.id().equals(id)) {
        return session;
      }
    }
    throw CommandException.failure("application '" + application.name() + "' has no session " + id
        + "; 'show lab " + application.name() + "' lists those it has");
  }

  // ---- Waiting.

  /** Runs a function on a worker and waits for its result. */
  <T> T ask(int worker, Supplier<T> query) throws CommandException, InterruptedException {
    return await(services.workers().query(worker, query), "worker " + worker + " did not answer");
  }

  /** Waits for a result, but not for ever. */
  <T> T await(CompletableFuture<T> result, String slow) throws CommandException, InterruptedException {
    try {
      return result.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw CommandException.failure(slow + " within " + settings.patience().toMillis()
          + " ms (plugins.lab.wait), and goes on; 'show workers' tells whether the workers still turn");
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    }
  }

  private static CommandException failure(Throwable cause) {
    return CommandException.failure(cause instanceof SessionException refused
        ? refused.getMessage() + Remedy.of(refused.error())
        : String.valueOf(cause.getMessage()));
  }

  /** Waits for something without a result. */
  void finish(CompletableFuture<?> done, String slow) throws CommandException, InterruptedException {
    boolean _ = await(done.thenApply(_ -> true), slow);
  }

  /** Waits as long as a command does; returns whether the outcome is there. */
  boolean isSettled(LabConnect connect) throws InterruptedException {
    try {
      return connect.answer().get(settings.patience().toNanos(), TimeUnit.NANOSECONDS) != null;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Turns what a call of the control plane said into a complaint, unless all is well. */
  static void require(SessionError error, String what) throws CommandException {
    if (error != SessionError.NONE) {
      throw CommandException.failure(what + ": " + error.text() + " (" + error + ")" + Remedy.of(error));
    }
  }
}
