package org.sluice.host.console;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other end of the control socket: runs one command in a host and shows what it shows. */
public final class ConsoleClient {
  /** No host answers. */
  public static final int NO_HOST = 3;

  private final Path socket;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  /**
   * A client.
   *
   * @param socket where the host listens
   * @param out takes the result
   * @param err takes messages, and progress on a terminal
   * @param terminal whether a person watches
   */
  public ConsoleClient(Path socket, PrintStream out, PrintStream err, boolean terminal) {
    this.socket = socket;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * Runs a command; returns its exit status, or {@link #NO_HOST}.
   *
   * @param command its words, or the whole line as the first of them
   */
  public int run(List<String> command) {
    List<String> words = new ArrayList<>(CommandLine.split(command.getFirst()));
    words.addAll(command.subList(1, command.size()));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        err.println("sluice ctl: " + noHost(e));
        return NO_HOST;
      }
      request(channel, words);
      return show(channel);
    } catch (IOException e) {
      err.println("sluice ctl: the connection to " + socket + " broke: " + e);
      return Console.FAILED;
    }
  }

  /** A host that takes no further clients says so and hangs up without waiting for the request. */
  private static void request(SocketChannel channel, List<String> words) throws IOException {
    ByteBuffer request = Frames.request(words);
    try {
      Frames.write(channel, request);
    } catch (IOException e) {
      // Whatever the host said before is still to be read; when it said nothing, reading fails in the same way.
      return;
    }
  }

  private String noHost(IOException e) {
    String cause;
    if (!Files.exists(socket)) {
      cause = "no host runs: there is no " + socket;
    } else if (!Files.isWritable(socket)) {
      cause = "the host on " + socket + " belongs to another user";
    } else {
      cause = "no host answers on " + socket + " (" + e.getMessage() + ")";
    }
    return cause + "\n  start one with 'sluice run', or name the socket of a running one: sluice ctl --socket PATH ...";
  }

  private int show(SocketChannel channel) throws IOException {
    OnTerminal progress = new OnTerminal(err, terminal);
    Frames.@Nullable Frame frame;
    while ((frame = Frames.read(channel)) != null) {
      if (frame.type() != Frames.PROGRESS) {
        progress.clear();
      }
      switch (frame.type()) {
        case Frames.OUTPUT -> {
          out.write(frame.payload().array(), 0, frame.payload().limit());
          out.flush();
        }
        case Frames.ERROR -> err.println(frame.text());
        case Frames.PROGRESS -> progress.show(frame.text());
        case Frames.EXIT -> {
          return Frames.exitStatus(frame);
        }
        default -> throw new IOException("a frame of unknown type " + frame.type());
      }
    }
    progress.clear();
    err.println("sluice ctl: the host went away before the command ended");
    return Console.FAILED;
  }
}
