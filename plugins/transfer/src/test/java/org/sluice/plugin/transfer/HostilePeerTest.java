package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.plugin.transfer.Message.Data;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.plugin.transfer.Message.Kind;
import org.sluice.plugin.transfer.Message.Offer;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.plugin.transfer.Message.Welcome;

/** Peers that do not keep to the protocol, on either side: each is told why, and nothing else suffers. */
class HostilePeerTest {
  private static final String OTHER_URI = "ct://127.0.0.1/10";
  private static final Hello HELLO = new Hello(1, 1, 0);
  private static final Entry FILE = new Entry(Kind.FILE, "f", 100, 0);

  @TempDir Path temp;
  private Path target;
  private Path source;
  private TransferHost host;

  @BeforeEach
  void listen() throws IOException {
    source = Files.write(temp.resolve("data"), new byte[100]);
    target = temp.resolve("target");
    host = new TransferHost(target, 2, 2);
  }

  static Stream<Arguments> senders() {
    return Stream.of(
        Arguments.of("http", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "type 71"),
        Arguments.of("version", RawPeer.records(new Hello(2, 1, 0)), "version 1"),
        Arguments.of("two hellos", RawPeer.records(HELLO, HELLO), "Hello is not due"),
        Arguments.of("entry first", RawPeer.records(FILE), "Entry is not due"),
        Arguments.of("data first", RawPeer.records(HELLO, new Data(5)), "Data is not due"),
        Arguments.of("end first", RawPeer.records(HELLO, new End(Sha256.NONE)), "End is not due"),
        Arguments.of("data without start", RawPeer.records(HELLO, FILE, new Data(5)), "Data is not due"),
        Arguments.of("start elsewhere", RawPeer.records(HELLO, FILE, new Start(5)), "start at 5"),
        Arguments.of("receiver's record", RawPeer.records(HELLO, new Welcome(1)), "Welcome is not due"),
        Arguments.of("too much data", RawPeer.records(HELLO, FILE, new Start(0), new Data(101)), "100 are missing"),
        Arguments.of("too little data", RawPeer.records(HELLO, FILE, new Start(0), new End(Sha256.NONE)), "missing"),
        Arguments.of("escape", RawPeer.records(HELLO, new Entry(Kind.FILE, "../f", 1, 0)), "it contains .."),
        Arguments.of("absolute", RawPeer.records(HELLO, new Entry(Kind.FILE, "/tmp/f", 1, 0)), "absolute"),
        Arguments.of("more entries than announced",
            RawPeer.records(HELLO, new Entry(Kind.DIRECTORY, "d", 0, 0), FILE), "more entries"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("senders")
  void a_sender_that_breaks_the_protocol_is_told_why(String name, byte[] bytes, String why) throws Exception {
    RawPeer peer = RawPeer.client(TransferHost.URI, bytes);
    host.attach(peer);
    host.run();

    assertThat(peer.heard().getLast())
        .isInstanceOfSatisfying(Fail.class, fail -> assertThat(fail.text()).contains(why));
    assertThat(peer.hasEnded()).isTrue();
    host.run();
    assertNothingIsLeft();
    assertThat(target.resolve("f")).doesNotExist();
    assertThat(temp.resolve("f")).doesNotExist();
  }

  @Test
  void a_sender_that_never_stops_after_the_refusal_is_reset() throws Exception {
    byte[] flood = Arrays.copyOf(RawPeer.records(new Hello(2, 1, 0)), 70 << 20);
    RawPeer peer = RawPeer.client(TransferHost.URI, flood);
    host.attach(peer);
    host.run();
    assertThat(peer.saidBytes()).isLessThan(flood.length);
    assertThat(host.application.active()).isEmpty();
  }

  @Test
  void random_senders_only_end_their_own_session() throws Exception {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 120; i++) {
      byte[] bytes = RawPeer.records(HELLO, FILE, new Start(0), new Data(100), new End(Sha256.NONE));
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      int cut = random.nextInt(bytes.length);
      ByteBuffer mixed = ByteBuffer.allocate(cut + noise.length).put(bytes, 0, cut).put(noise);
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        int at = random.nextInt(mixed.capacity() + 1);
        if (at < mixed.capacity()) {
          mixed.put(at, (byte) (mixed.get(at) ^ 1 << random.nextInt(8)));
        }
      }
      RawPeer peer = RawPeer.client(TransferHost.URI, mixed.array());
      host.attach(peer);
      host.run();
      peer.close(host.simulation);
      host.run();
      assertThat(host.simulation.fifos()).as("seed %d, run %d", seed, i).isZero();
    }
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(target) && !path.equals(source));
  }

  static Stream<Arguments> receivers() {
    return Stream.of(
        Arguments.of("noise", new byte[] {1, 2, 3, 4}, "body of"),
        Arguments.of("offer first", RawPeer.records(new Offer(0, Sha256.NONE)), "Offer is not due"),
        Arguments.of("version", RawPeer.records(new Welcome(2)), "version 2"),
        Arguments.of("verdict first",
            RawPeer.records(new Welcome(1), new Verdict(true, Sha256.NONE)), "Verdict is not due"),
        Arguments.of("offer of more than there is",
            RawPeer.records(new Welcome(1), new Offer(101, Sha256.NONE)), "offer of 101"),
        Arguments.of("verdict before the end",
            RawPeer.records(new Welcome(1), new Offer(0, Sha256.NONE), new Verdict(true, Sha256.NONE)),
            "Verdict is not due"),
        Arguments.of("refusal", RawPeer.records(new Fail(FailReason.LIMIT, "no room")), "refused: no room"),
        Arguments.of("unknown reason", RawPeer.records(new Fail(FailReason.OTHER, "because")), "because"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("receivers")
  void a_receiver_that_breaks_the_protocol_ends_the_transfer(String name, byte[] bytes, String why) throws Exception {
    RawPeer peer = RawPeer.server(OTHER_URI, bytes);
    host.attach(peer);
    CompletableFuture<List<SendSession.SentFile>> sent = host.send(source, OTHER_URI);
    host.run();
    assertThatThrownBy(sent::get).cause().isInstanceOf(TransferException.class).hasMessageContaining(why);
    assertThat(peer.hasEnded()).isTrue();
    host.run();
    assertNothingIsLeft();
  }

  @Test
  void a_receiver_that_lies_is_not_believed() throws Exception {
    RawPeer peer = RawPeer.server(OTHER_URI, RawPeer.records(new Welcome(1), new Offer(100, Sha256.NONE)));
    host.attach(peer);
    CompletableFuture<List<SendSession.SentFile>> sent = host.send(source, OTHER_URI);
    host.run();
    assertThat(peer.heard()).contains(new Start(0), new Data(100)).last().isInstanceOf(End.class);
    assertThat(sent).isNotDone();

    peer.add(host.simulation, RawPeer.records(new Verdict(true, new Sha256(1, 2, 3, 4))));
    host.run();
    assertThatThrownBy(sent::get).cause().hasMessageContaining("arrived damaged");
  }

  private void assertNothingIsLeft() {
    assertThat(host.application.active()).isEmpty();
    assertThat(host.simulation.fifos()).isZero();
  }
}
