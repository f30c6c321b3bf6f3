package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.RecordingOutput;

/**
 * A stack of two workers in a standing clock, with a server that leaves what it is sent in the FIFO and a client that
 * does the same. Turns are run, and commands typed, by the test.
 */
final class ConsoleRig {
  private static final int WORKERS = 2;

  final Stack stack =
      Stack.builder().dataWorkers(WORKERS - 1).clock(new StandingClock()).random(new SplittableRandom(1)).build();
  final PluginScope scope = stack.scope("test");
  final Server server = new Server();
  final Client client = new Client();

  void registerTransport() {
    asWorker(() -> scope.registerTransport(
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), 1000)).join());
  }

  ApplicationContext attachServer() {
    return attach(server, "server");
  }

  ApplicationContext attachClient() {
    return attach(client, "client");
  }

  private ApplicationContext attach(Application application, String name) {
    AttachOptions options = AttachOptions.named(name).with()
        .fifoBytes(16 << 10, 8 << 10)
        .segments(1 << 20, 512 << 10, 16)
        .eventQueueEvents(64)
        .build();
    List<ApplicationContext> made = new ArrayList<>();
    asWorker(() -> made.add(scope.applications().attach(application, options).join()));
    return made.getFirst();
  }

  void connect(ApplicationContext context, long opaque) {
    connect(context, "ct://127.0.0.1:7", opaque);
  }

  void connect(ApplicationContext context, String uri, long opaque) {
    asWorker(() -> assertThat(context.connect(uri, opaque)).isEqualTo(SessionError.NONE));
  }

  /** Runs turns until everything that is under way has arrived. */
  void settle() {
    for (int turn = 0; turn < 20; turn++) {
      for (int worker = 0; worker < WORKERS; worker++) {
        stack.worker(worker).turn();
      }
    }
  }

  /** Acts in the place of all workers, so that queries are answered at once and nothing moves meanwhile. */
  void asWorker(Runnable action) {
    for (int worker = 0; worker < WORKERS; worker++) {
      stack.worker(worker).enter();
    }
    try {
      action.run();
    } finally {
      for (int worker = 0; worker < WORKERS; worker++) {
        stack.worker(worker).exit();
      }
    }
  }

  ConsoleCommand command(String typed) {
    return stack.consoleCommands().stream()
        .filter(command -> (typed + " ").startsWith(command.name() + " "))
        .max(Comparator.comparingInt(command -> command.name().length()))
        .orElseThrow(() -> new AssertionError("no command for '" + typed + "'"));
  }

  RecordingOutput run(String typed) {
    RecordingOutput output = new RecordingOutput();
    run(typed, output);
    return output;
  }

  /** Types a command; a complaint of it is thrown as the cause of an AssertionError. */
  void run(String typed, RecordingOutput output) {
    ConsoleCommand command = command(typed);
    asWorker(() -> {
      try {
        command.run(arguments(command, typed), output);
      } catch (CommandException e) {
        throw new AssertionError(typed + ": " + e.getMessage(), e);
      } catch (InterruptedException e) {
        throw new AssertionError(typed, e);
      }
    });
  }

  CommandException refusal(String typed) {
    try {
      run(typed);
    } catch (AssertionError e) {
      if (e.getCause() instanceof CommandException refused) {
        return refused;
      }
      throw e;
    }
    throw new AssertionError(typed + " was not refused");
  }

  /** What commands print, one after the other, each under its name. */
  String transcript(String... typed) {
    StringBuilder all = new StringBuilder();
    for (String line : typed) {
      all.append("> ").append(line).append('\n').append(run(line).text()).append('\n');
    }
    return all.toString();
  }

  private static List<String> arguments(ConsoleCommand command, String typed) {
    String rest = typed.substring(command.name().length()).strip();
    return rest.isEmpty() ? List.of() : List.of(rest.split(" "));
  }

  private static void write(Session session, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(session.write(bytes, 0, bytes.length)).isEqualTo(bytes.length);
  }

  private static final class StandingClock implements Clock {
    @Override
    public long nanoTime() {
      return -60_000_000_000L;
    }

    @Override
    public long epochMicros() {
      return 0;
    }
  }

  /** Greets, reads nothing, and closes when its peer has. */
  static final class Server implements Application {
    int resets;

    @Override
    public void onAttached(ApplicationContext context) {
      context.listen("ct://0.0.0.0:7").join();
    }

    @Override
    public AcceptDecision onAccept(Session session) {
      write(session, "hi");
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onDisconnected(Session session) {
      session.close();
    }

    @Override
    public void onReset(Session session) {
      resets++;
      session.close();
    }
  }

  /** Says hello and reads nothing. */
  static final class Client implements Application {
    final List<Session> sessions = new ArrayList<>();
    final List<SessionError> failures = new ArrayList<>();
    int resets;

    @Override
    public void onConnected(Session session, long opaque) {
      sessions.add(session);
      write(session, "hello");
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      failures.add(error);
    }

    @Override
    public void onReset(Session session) {
      resets++;
      session.close();
    }
  }
}
