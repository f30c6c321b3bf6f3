package org.sluice.host.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A program with sockets of the kernel's, for the other end of the demo's link: {@code echo ADDRESS PORT} sends one
 * client back what it says, {@code send ADDRESS PORT FILE} sends a file there and checks what comes back.
 */
public final class KernelPeer {
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int PATIENCE_MS = 30_000;

  private KernelPeer() {}

  /**
   * Runs one of the two.
   *
   * @param arguments see the class
   */
  public static void main(String[] arguments) throws Exception {
    InetSocketAddress place =
        new InetSocketAddress(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]));
    if (arguments[0].equals("echo")) {
      echo(place);
    } else {
      send(place, Path.of(arguments[3]));
    }
  }

  private static void echo(InetSocketAddress place) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(true);
      server.bind(place);
      System.out.println("ready");
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] block = new byte[BLOCK_BYTES];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
          out.write(block, 0, read);
        }
      }
    }
  }

  private static void send(InetSocketAddress place, Path file)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest received = MessageDigest.getInstance("SHA-256");
    long startNs = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(place, PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      Thread writer = Thread.ofPlatform().daemon().start(() -> write(socket, file, sent));
      InputStream in = socket.getInputStream();
      byte[] block = new byte[BLOCK_BYTES];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        received.update(block, 0, read);
      }
      writer.join();
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    System.out.println(seconds);
    System.out.println(HexFormat.of().formatHex(sent.digest()));
    System.out.println(HexFormat.of().formatHex(received.digest()));
  }

  private static void write(Socket socket, Path file, MessageDigest sum) {
    try (InputStream from = Files.newInputStream(file)) {
      OutputStream out = socket.getOutputStream();
      byte[] block = new byte[BLOCK_BYTES];
      for (int read = from.read(block); read >= 0; read = from.read(block)) {
        sum.update(block, 0, read);
        out.write(block, 0, read);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      System.out.println("cannot send: " + e.getMessage());
    }
  }
}
