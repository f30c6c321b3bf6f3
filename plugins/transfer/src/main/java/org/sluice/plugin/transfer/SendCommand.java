package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.pf4j.Extension;
import org.sluice.plugin.transfer.SendSession.SentFile;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/** {@code transfer send PATH URI [namespace NAME [secret N]]}: runs until everything has arrived or cannot. */
@Extension
public final class SendCommand implements ConsoleCommand {
  private static final long PROGRESS_PERIOD_MS = 200;
  private static final double NS_PER_SECOND = 1e9;
  private static final int WORDS_BEFORE = 2;

  private final HostServices services;
  private final TransferApplication application;
  private final AtomicLong runs = new AtomicLong();

  /**
   * Makes the command.
   *
   * @param services the plugin's scope
   * @param application where running transfers are listed
   */
  @Inject
  public SendCommand(HostServices services, TransferApplication application) {
    this.services = services;
    this.application = application;
  }

  @Override
  public String name() {
    return "transfer send";
  }

  @Override
  public String summary() {
    return "Send a file or directory to a receiver; goes on where an interrupted transfer ended";
  }

  @Override
  public String arguments() {
    return "PATH URI " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public String example() {
    return "transfer send /var/log/messages tcp://10.2.0.1:5001 namespace red";
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, WORDS_BEFORE, List.of());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(arguments, WORDS_BEFORE);
    if (place.before().size() != WORDS_BEFORE) {
      throw CommandException.usage(
          "transfer send needs a path and a URI, as in: transfer send /var/log/messages ct://127.0.0.1/5001");
    }
    String uri = arguments.get(1);
    ConnectOptions target = target(uri);
    SourceTree tree = scan(arguments.get(0));
    long startNs = services.clock().nanoTime();
    Progress progress = new Progress("send", uri, startNs);
    SendSession send = new SendSession(services, target, tree, application.settings(), progress);
    AttachOptions options = application.settings().attachOptions("transfer-send-" + runs.incrementAndGet());
    CompletableFuture<ApplicationContext> attached = services.applications().attach(send, place.in(options));
    application.sendStarted(progress);
    try {
      List<SentFile> files = await(attached.thenCompose(_ -> send.result()), progress, startNs, output);
      report(files, tree, progress, seconds(startNs), output);
    } finally {
      application.sendEnded(progress);
      var _ = attached.thenCompose(ApplicationContext::detach);
    }
  }

  private static ConnectOptions target(String uri) throws CommandException {
    try {
      return ConnectOptions.of(uri);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private SourceTree scan(String path) throws CommandException {
    try {
      return SourceTree.scan(Path.of(path), application.settings().maxEntries());
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("cannot read " + path + ": " + e + "; nothing was sent");
    } catch (TransferException e) {
      throw CommandException.failure(e.text());
    }
  }

  private List<SentFile> await(
      CompletableFuture<List<SentFile>> result, Progress progress, long startNs, ConsoleOutput output)
      throws CommandException, InterruptedException {
    while (true) {
      try {
        return result.get(PROGRESS_PERIOD_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        output.progress(text(progress, seconds(startNs)));
      } catch (ExecutionException e) {
        throw failure(e.getCause() == null ? e : e.getCause());
      }
      if (output.isCancelled()) {
        throw CommandException.failure("cancelled; send again to go on where it ended");
      }
      if (services.clock().nanoTime() - progress.lastActiveNs() > application.settings().idleTimeoutNs()) {
        throw CommandException.failure(
            progress.peer() + " is silent (plugins.transfer.idle-timeout); send again to go on where it ended");
      }
    }
  }

  private static CommandException failure(Throwable cause) {
    return cause instanceof TransferException e
        ? CommandException.failure(e.reason().name().toLowerCase(Locale.ROOT) + ": " + e.getMessage())
        : NamespaceWords.failure(cause);
  }

  private static String text(Progress progress, double seconds) {
    String name = progress.name();
    if (name.isEmpty()) {
      return progress.peer() + ": waiting";
    }
    long size = progress.sizeBytes();
    return String.format(
        Locale.ROOT,
        "%d/%d %s: %d of %d bytes, %d %%, %.1f MB/s",
        progress.entries() + 1,
        progress.expectedEntries(),
        name,
        progress.doneBytes(),
        size,
        size == 0 ? 100 : progress.doneBytes() * 100 / size,
        megabytesPerSecond(progress, seconds));
  }

  private static void report(
      List<SentFile> files, SourceTree tree, Progress progress, double seconds, ConsoleOutput output) {
    if (files.size() == 1 && tree.sources().size() == 1) {
      SentFile file = files.getFirst();
      output.value("file", file.name());
      output.value("sha256", file.sha256().toString());
      output.value("bytes", file.sizeBytes());
      output.value("resumed_at", file.resumedAt());
    } else {
      output.table("files", Column.of("bytes", -12), Column.of("resumed at", -12), Column.of("sha256"),
          Column.of("name"));
      for (SentFile file : files) {
        output.row(file.sizeBytes(), file.resumedAt(), file.sha256(), file.name());
      }
      output.value("files_sent", files.size());
      output.value("bytes", files.stream().mapToLong(SentFile::sizeBytes).sum());
      output.value("skipped", tree.skipped());
    }
    output.value("moved_bytes", progress.movedBytes());
    output.value("seconds", Math.round(seconds * 1e3) / 1e3);
    output.value("mb_per_s", Math.round(megabytesPerSecond(progress, seconds) * 10) / 10.0);
  }

  private static double megabytesPerSecond(Progress progress, double seconds) {
    return seconds > 0 ? progress.movedBytes() / 1e6 / seconds : 0;
  }

  private double seconds(long startNs) {
    return (services.clock().nanoTime() - startNs) / NS_PER_SECOND;
  }
}
