package org.sluice.host.console;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * Runs commands for {@code sluice ctl}: listens on a Unix-domain socket that only the same user may open. {@link
 * Frames} describes the protocol. A lock file beside the socket tells a socket that is in use from one left behind.
 * Clients are not trusted to keep to the protocol, nor to say anything at all: one that does not is told why, counted
 * and hung up on.
 *
 * <p>Threads: one that accepts; per connection one that runs the command and one that notices when the client leaves.
 */
public final class ConsoleServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String REMEDY = "choose another place with --socket PATH or the key host.socket";

  private final Path socket;
  private final FileChannel lockFile;
  private final ServerSocketChannel server;
  private final Console console;
  private volatile ConsoleLimits limits;
  private final Counter refused;
  private final Counter malformed;
  private final Counter timeouts;
  private final Set<Connection> connections = new HashSet<>();
  private int accepted;

  private ConsoleServer(Path socket, FileChannel lockFile, ServerSocketChannel server, Console console,
      ConsoleLimits limits, Counters counters) {
    this.socket = socket;
    this.lockFile = lockFile;
    this.server = server;
    this.console = console;
    this.limits = limits;
    refused = counters.counter("ctl.refused", "Clients of the control socket refused by host.ctl-connections.");
    malformed = counters.counter("ctl.malformed", "Clients of the control socket that broke its protocol.");
    timeouts = counters.counter("ctl.timeout", "Clients hung up on after host.ctl-timeout without a request.");
  }

  /**
   * Takes the socket. Clients may connect from now on and wait for {@link #serve}.
   *
   * @param socket where; a socket that a host left behind is replaced
   * @param counters where clients that are turned away are counted
   * @throws ProblemsException when another host listens there, or nothing can be made there
   */
  public static ConsoleServer open(Path socket, Console console, ConsoleLimits limits, Counters counters)
      throws ProblemsException {
    FileChannel lockFile = null;
    try {
      Path directory = Objects.requireNonNull(socket.toAbsolutePath().getParent(), "the root is no socket");
      Files.createDirectories(directory);
      lockFile = FileChannel.open(lockOf(socket), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(lockFile) == null) {
        lockFile.close();
        throw new ProblemsException("The control socket is taken, so the host did not start:",
            List.of(new Problem("HST-001", socket.toString(), "another host listens there", "stop it, or " + REMEDY)));
      }
      ServerSocketChannel server = listen(socket);
      return new ConsoleServer(socket, lockFile, server, console, limits, counters);
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw new ProblemsException("The control socket cannot be made, so the host did not start:",
          List.of(new Problem("HST-002", socket.toString(), e.toString(), REMEDY)));
    }
  }

  /** Takes other limits, for clients that come from now on. */
  public void limits(ConsoleLimits others) {
    limits = others;
  }

  /** Answers clients; once. */
  public void serve() {
    Thread.ofPlatform().daemon().name("ctl-accept").start(this::acceptAll);
  }

  private static Path lockOf(Path socket) {
    return socket.resolveSibling(socket.getFileName() + ".lock");
  }

  private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    if (Files.exists(socket)) {
      if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
        throw new IOException("there is a file that is no socket");
      }
      Files.delete(socket);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  private void acceptAll() {
    try {
      while (true) {
        accept(server.accept());
      }
    } catch (ClosedChannelException e) {
      LOG.debug("{} is closed", socket);
    } catch (IOException e) {
      LOG.error("no further commands are taken on {}; restart the host", socket, e);
    }
  }

  private void accept(SocketChannel channel) {
    Connection connection = new Connection(channel);
    boolean admitted;
    synchronized (this) {
      admitted = server.isOpen() && connections.size() < limits.connections() && connections.add(connection);
      accepted++;
    }
    if (admitted) {
      Thread.ofPlatform().daemon().name("ctl-" + accepted).start(connection::serve);
    } else {
      connection.refuse();
    }
  }

  private synchronized void ended(Connection connection) {
    connections.remove(connection);
    notifyAll();
  }

  /** Cancels what runs, waits until the commands are told, and removes the socket. */
  @Override
  public void close() {
    closeQuietly(server);
    List<Connection> open;
    synchronized (this) {
      open = List.copyOf(connections);
    }
    open.forEach(Connection::cancel);
    synchronized (this) {
      if (!Monitors.await(this, PATIENCE, connections::isEmpty)) {
        LOG.warn("{} commands on {} do not end", connections.size(), socket);
      }
    }
    try {
      Files.deleteIfExists(socket);
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("{} is left behind: {}", socket, e.toString());
    }
  }

  private static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      LOG.debug("closing {}", resource, e);
    }
  }

  /** One client and its command. */
  private final class Connection implements OutputSink {
    private final SocketChannel channel;
    private final Invocation invocation = new Invocation();

    private Connection(SocketChannel channel) {
      this.channel = channel;
    }

    private void serve() {
      try (channel) {
        try {
          List<String> words = request();
          if (words != null) {
            Thread.ofPlatform().daemon().name(Thread.currentThread().getName() + "-watch").start(this::watch);
            exit(console.run(words, this, invocation));
          }
        } finally {
          // Before the client sees the end, so that the next one finds its place free.
          ended(this);
        }
      } catch (IOException | Gone e) {
        LOG.debug("a client of {} left", socket, e);
      }
    }

    /** What the client wants; null when it left, or was told what is wrong with it. */
    private @Nullable List<String> request() throws IOException {
      // A server that closes does not wait for a client that says nothing.
      invocation.begin();
      try (DeadlineChannel input = new DeadlineChannel(channel, limits.requestTimeout())) {
        return Frames.readRequest(input);
      } catch (SocketTimeoutException e) {
        timeouts.increment(Counter.NO_WORKER);
        turnAway("no request came within " + limits.requestTimeout().toMillis() + " ms (host.ctl-timeout)");
      } catch (Frames.MalformedException e) {
        malformed.increment(Counter.NO_WORKER);
        turnAway(String.valueOf(e.getMessage()));
      } catch (EOFException e) {
        malformed.increment(Counter.NO_WORKER);
        throw e;
      } finally {
        invocation.end();
      }
      return null;
    }

    private void turnAway(String message) throws IOException {
      LOG.debug("a client of {} is turned away: {}", socket, message);
      error(message);
      exit(Console.FAILED);
    }

    private void exit(int status) throws IOException {
      Frames.write(channel, Frames.EXIT, Integer.toString(status));
    }

    /** A client sends nothing after its request: whatever the read returns, it has left. */
    private void watch() {
      try {
        var _ = Frames.read(channel);
      } catch (IOException e) {
        LOG.debug("{}: the connection is closed", socket, e);
      }
      cancel();
    }

    private void refuse() {
      refused.increment(Counter.NO_WORKER);
      try (channel) {
        turnAway("all " + limits.connections()
            + " connections are in use; try again later, or raise host.ctl-connections");
      } catch (IOException | Gone e) {
        LOG.debug("a client of {} left", socket, e);
      }
    }

    private void cancel() {
      invocation.cancel();
    }

    @Override
    public void text(String text) {
      send(Frames.OUTPUT, text);
    }

    @Override
    public void error(String message) {
      send(Frames.ERROR, message);
    }

    @Override
    public void progress(String text) {
      send(Frames.PROGRESS, text);
    }

    /** An interrupted thread that writes would close the channel, so that its user would never hear why. */
    private void send(byte type, String text) {
      boolean interrupted = Thread.interrupted();
      try {
        Frames.write(channel, type, text);
      } catch (IOException e) {
        throw new Gone(e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
