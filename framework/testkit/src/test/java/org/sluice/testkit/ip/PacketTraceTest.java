package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;

/** What an operator is told of single packets by {@code trace add} and {@code show trace}. */
@Timeout(60)
final class PacketTraceTest {
  private static final GoldenText GOLDEN = new GoldenText("trace");

  private IpWorld world = new IpWorld(1);

  private RecordingOutput run(String line) throws Exception {
    ConsoleCommand command = world.a.consoleCommands().stream()
        .filter(c -> (line + " ").startsWith(c.name() + " ")).findFirst().orElseThrow();
    String rest = line.substring(command.name().length()).strip();
    RecordingOutput output = new RecordingOutput();
    FutureTask<Boolean> task = new FutureTask<>(() -> {
      command.run(rest.isEmpty() ? List.of() : List.of(rest.split(" ")), output);
      return true;
    });
    Thread.ofPlatform().daemon().start(task);
    while (!task.isDone()) {
      if (!world.runtime.step()) {
        Thread.onSpinWait();
      }
    }
    try {
      task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CommandException refused ? refused : e;
    }
    return output;
  }

  private void inject(byte[] frame) {
    world.cable.a.inject(frame);
    world.runtime.runUntilIdle();
  }

  private static byte[] echo(String from, String to) {
    byte[] frame = Packets.ip4(from, to, 1, 7, 0, (byte) 8, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0,
        (byte) 1);
    frame[Packets.IP4_L4 + 2] = (byte) 0xf7;
    frame[Packets.IP4_L4 + 3] = (byte) 0xfd;
    return frame;
  }

  private List<Object> steps() throws Exception {
    return run("show trace").column("steps", "step");
  }

  @Test
  void received_packets_and_why_they_are_dropped() throws Exception {
    var _ = new Probe(world, world.a);
    assertThat(world.ping(world.b, IpWorld.IP4_A, 1, 8).received()).isEqualTo(1);
    run("trace add 20 rx");
    inject(Packets.ip4(IpWorld.IP4_B, "10.0.0.77", Probe.PROTOCOL, 1, 0, new byte[8]));
    byte[] damaged = Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]);
    damaged[Packets.IP + 8]++;
    inject(damaged);
    byte[] truncated = Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]);
    truncated[Packets.IP] = 0x42;
    inject(truncated);
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, 99, 1, 0, new byte[8]));
    inject(echo(IpWorld.IP4_B, IpWorld.IP4_A));
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]));
    for (byte[] fragment : Packets.fragments(IpWorld.IP6_B, IpWorld.IP6_A, Probe.PROTOCOL, 1, 64, new byte[100])) {
      inject(fragment);
    }
    GOLDEN.assertMatches("received", run("show trace").text());
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void sent_packets_with_their_path_and_why_they_are_dropped() throws Exception {
    Probe probe = new Probe(world, world.a);
    Path path = probe.path(IpWorld.IP4_B);
    Path nowhere = probe.path("10.0.0.99");
    probe.send(path, new byte[8]);
    run("trace add 20 tx host 10.0.0.2");
    probe.send(path, new byte[8]);
    probe.send(nowhere, new byte[8]);
    GOLDEN.assertMatches("sent", run("show trace").text());
    run("trace add 20 tx proto 253");
    probe.send(nowhere, new byte[8]);
    world.advance(10_000);
    assertThat(steps()).contains("dropped NEIGHBOR_UNREACHABLE: Packets whose next hop did not answer"
        + " (stack.neighbor.drop.unreachable)");
  }

  @ParameterizedTest
  @CsvSource({
      "tx, 0", "rx, 4", "both, 4", "proto 253, 2", "proto icmp, 1", "proto tcp, 0", "host 10.0.0.77, 1",
      "host 10.0.0.2, 3", "host 10.0.0.2 proto 253, 2", "port 7, 0", "interface w, 4", "worker 0, 4"})
  void only_what_was_asked_for_is_traced(String wish, int packets) throws Exception {
    var _ = new Probe(world, world.a);
    world.cable.b.open = false;
    run("trace add 20 " + wish);
    inject(Packets.ip4(IpWorld.IP4_B, "10.0.0.77", Probe.PROTOCOL, 1, 0, new byte[8]));
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]));
    // Nothing answers this, and it has no IP header.
    inject(new byte[] {2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 11, 0x12, 0x34});
    // An answer, and not one that is asked for.
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, 1, 1, 0, new byte[8]));
    assertThat(run("show trace").values()).containsEntry("packets_traced", packets);
  }

  @Test
  void what_comes_beyond_the_number_is_counted_and_a_new_trace_begins_anew() throws Exception {
    var _ = new Probe(world, world.a);
    run("trace add 2 rx");
    for (int i = 0; i < 5; i++) {
      inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]));
    }
    assertThat(run("show trace").values()).containsEntry("packets_traced", 2).containsEntry("packets_missed", 3L);
    assertThat(IpWorld.count(world.a, "trace.limit")).isEqualTo(3);
    assertThat(run("show trace max 1").column("steps", "packet")).containsOnly(1);
    run("trace add 2 rx");
    assertThat(run("show trace").values()).containsEntry("packets_traced", 0).containsEntry("packets_missed", 0L);
    run("clear trace");
    assertThat(run("show trace").lines()).singleElement().asString().contains("nothing is traced", "trace add");
  }

  @Test
  void a_packet_that_waited_since_an_earlier_trace_is_not_mistaken_for_one_of_the_next() throws Exception {
    Probe probe = new Probe(world, world.a);
    Path nowhere = probe.path("10.0.0.99");
    run("trace add 1 tx proto 253");
    probe.send(nowhere, new byte[8]);
    run("trace add 1 rx proto 253");
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]));
    world.advance(10_000);
    assertThat(IpWorld.count(world.a, "neighbor.drop.unreachable")).isEqualTo(1);
    assertThat(steps()).noneMatch(step -> step.toString().contains("UNREACHABLE")).isNotEmpty();
  }

  @Test
  void a_worker_that_borrows_a_queue_and_one_that_lends_it_have_their_own_records() throws Exception {
    Cable cable = new Cable();
    cable.a.mostQueues = 1;
    world = new IpWorld(1, 1, IpLimits.DEFAULT, cable);
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    Network network = new Probe(world, world.a).network;
    PathRequest request =
        new PathRequest(IpAddress.parse(IpWorld.IP4_B), IpAddress.ANY_IP4, 0, -1, 0, Probe.PROTOCOL);
    run("trace add 20 tx");
    assertThat(world.get(world.a, 1, () -> {
      Path path = Objects.requireNonNull(network.path(request));
      PacketBatch batch = new PacketBatch(1);
      path.allocate(batch, 1);
      batch.bounds(0, batch.offset(0), 8);
      return path.send(batch);
    })).isEqualTo(1);
    world.runtime.runUntilIdle();
    RecordingOutput shown = run("show trace");
    assertThat(shown.values()).containsEntry("packets_traced", 2);
    assertThat(shown.column("steps", "worker")).containsOnly(0, 1);
    assertThat(shown.column("steps", "step")).filteredOn(step -> step.toString().startsWith("path to")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
      "trace add, needs", "trace add 0, 1 to 1000", "trace add 1001, 1 to 1000",
      "trace add 1 interface x, no interface",
      "trace add 1 worker 1, 0 to 0", "trace add 1 proto x, no protocol", "trace add 1 host 10.0.0.0/8, a prefix",
      "trace add 1 rx tx, leaves nothing", "trace add 1 port 0, 1 to 65535", "trace add 1 rx rx, twice",
      "show trace x, too much"})
  void what_cannot_be_meant_is_refused(String line, String complaint) {
    assertThatThrownBy(() -> run(line)).isInstanceOf(CommandException.class).hasMessageContaining(complaint);
  }
}
