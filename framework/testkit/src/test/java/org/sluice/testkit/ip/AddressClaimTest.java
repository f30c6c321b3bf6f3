package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.ip.IcmpLimits;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.LinkLimits;
import org.sluice.core.ip.ReassemblyLimits;
import org.sluice.core.network.AddressNote;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.console.RecordingOutput;

/** Addresses that are asked for, announced and defended (RFC 4862 section 5.4, RFC 5227). */
final class AddressClaimTest {
  private static final String NEW_6 = "fd00::77";
  private static final String NEW_4 = "10.0.0.77";
  private static final IpLimits PROBING = new IpLimits(64, 4096, 16, 256, 1000, 1024, 30_000_000_000L,
      600_000_000_000L, ReassemblyLimits.DEFAULT, IcmpLimits.DEFAULT, new LinkLimits(2, 2, 2, 10, 32, 1, 3));

  private IpWorld world = new IpWorld(1);
  private final List<byte[]> sent = new ArrayList<>();

  private void record() {
    world.cable.a.tap = (memory, offset, length) -> {
      sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      return true;
    };
  }

  private CompletableFuture<NetInterface> add(String address) {
    List<CompletableFuture<NetInterface>> begun = new ArrayList<>();
    world.runtime.on(world.a.worker(0), () -> begun.add(world.a.network().addAddress("w", IpPrefix.parse(address))));
    world.runtime.runUntilIdle();
    return begun.getFirst();
  }

  private NetInterface w() {
    return Objects.requireNonNull(world.a.network().snapshot().byName("w"));
  }

  private AddressNote.@Nullable State state(String address) {
    IpAddress one = IpAddress.parse(address);
    AddressNote note = w().note(one.high(), one.low());
    return note == null ? null : note.state();
  }

  private boolean uses(String address) {
    IpAddress one = IpAddress.parse(address);
    return w().has(one.high(), one.low()) && world.a.network().snapshot().owns(0, one.high(), one.low());
  }

  private static SessionError refusal(CompletableFuture<NetInterface> future) {
    assertThat(future).isCompletedExceptionally();
    return ((SessionException) future.exceptionNow()).error();
  }

  // ---- IPv6.

  @Test
  void rfc4862_an_address_is_asked_for_and_not_used_meanwhile() {
    record();
    CompletableFuture<NetInterface> used = add(NEW_6 + "/64");
    assertThat(used).isNotDone();
    assertThat(state(NEW_6)).isEqualTo(AddressNote.State.TENTATIVE);
    assertThat(uses(NEW_6)).isFalse();
    world.advance(1_000);
    assertThat(sent).as("one solicitation, within a second").hasSize(1);
    MemorySegment m = MemorySegment.ofArray(sent.getFirst());
    assertThat(IcmpHeader.type(m, Packets.IP6_L4)).isEqualTo(IcmpHeader.NEIGHBOR_SOLICITATION_6);
    assertThat(EthernetHeader.destination(m, 0)).isEqualTo(0x3333_ff00_0077L);
    assertThat(world.ping(world.b, NEW_6, 1, 8).received()).as("nobody has it yet").isZero();
    world.advance(1_001);
    assertThat(used).isCompleted();
    assertThat(state(NEW_6)).isNull();
    assertThat(uses(NEW_6)).isTrue();
    world.advance(10_000);
    assertThat(world.ping(world.b, NEW_6, 1, 8).received()).isEqualTo(1);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void an_address_that_another_station_has_is_a_duplicate_and_not_used() throws Exception {
    CompletableFuture<NetInterface> used = add(IpWorld.IP6_B + "/64");
    world.advance(3_000);
    assertThat(refusal(used)).isEqualTo(SessionError.IPINUSE);
    assertThat(state(IpWorld.IP6_B)).isEqualTo(AddressNote.State.DUPLICATE);
    assertThat(uses(IpWorld.IP6_B)).isFalse();
    assertThat(IpWorld.count(world.a, "ip.dad.duplicate")).isEqualTo(1);
    assertThat(world.ping(world.a, IpWorld.IP6_B, 1, 8).received()).as("it is still b's").isEqualTo(1);
    RecordingOutput output = new RecordingOutput();
    world.a.consoleCommands().stream().filter(c -> c.name().equals("show address")).findFirst().orElseThrow()
        .run(List.of(), output);
    assertThat(output.text()).isEqualTo("""
        Interface     Address               Table  State
        w             10.0.0.1/24               0  used
        w             fd00::1/64                0  used
        w             fe80::1/64                0  used
        w             fd00::2/64                0  duplicate
        """);
    var _ = world.await(world.a, () -> world.a.network().deleteAddress("w", IpAddress.parse(IpWorld.IP6_B)));
    assertThat(state(IpWorld.IP6_B)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void of_two_hosts_that_ask_for_the_same_address_never_both_take_it(long seed) {
    world = new IpWorld(seed);
    CompletableFuture<NetInterface> ours = add(NEW_6 + "/64");
    List<CompletableFuture<NetInterface>> theirs = new ArrayList<>();
    world.runtime.on(world.b.worker(0),
        () -> theirs.add(world.b.network().addAddress("w", IpPrefix.parse(NEW_6 + "/64"))));
    world.advance(5_000);
    assertThat(List.of(ours, theirs.getFirst())).allMatch(CompletableFuture::isDone)
        .anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void an_address_that_is_deleted_while_it_is_asked_for_never_comes() {
    CompletableFuture<NetInterface> used = add(NEW_6 + "/64");
    IpPrefix again = IpPrefix.parse(NEW_6 + "/64");
    assertThatThrownBy(() -> world.await(world.a, () -> world.a.network().addAddress("w", again)))
        .hasMessageContaining(NEW_6);
    var _ = world.await(world.a, () -> world.a.network().deleteAddress("w", IpAddress.parse(NEW_6)));
    assertThat(refusal(used)).isEqualTo(SessionError.ADDR_NOT_IN_USE);
    world.advance(5_000);
    assertThat(uses(NEW_6)).isFalse();
    CompletableFuture<NetInterface> doomed = add(NEW_6 + "/64");
    var _ = world.await(world.a, () -> world.a.network().deleteInterface("w").thenApply(done -> true));
    assertThat(refusal(doomed)).isEqualTo(SessionError.ADDR_NOT_IN_USE);
    world.advance(5_000);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void a_claim_is_heard_on_any_worker(int queue) {
    world = new IpWorld(5, 2, IpLimits.DEFAULT);
    world.cable.a.receiving = queue;
    CompletableFuture<NetInterface> used = add(IpWorld.IP6_B + "/64");
    world.advance(3_000);
    assertThat(refusal(used)).isEqualTo(SessionError.IPINUSE);
    assertThat(world.areFramesBack()).isTrue();
  }

  // ---- IPv4.

  private static boolean isAnnouncement(byte[] frame, String address) {
    MemorySegment m = MemorySegment.ofArray(frame);
    return EthernetHeader.type(m, 0) == EthernetHeader.TYPE_ARP
        && ArpHeader.senderProtocol(m, 14) == (IpAddress.parse(address).low() & 0xffff_ffffL)
        && ArpHeader.targetProtocol(m, 14) == ArpHeader.senderProtocol(m, 14);
  }

  private static byte[] arp(int operation, String sender, String target) {
    byte[] frame = new byte[60];
    MemorySegment m = MemorySegment.ofArray(frame);
    EthernetHeader.write(m, 0, EthernetHeader.BROADCAST, 0x02_00_00_00_00_77L, EthernetHeader.TYPE_ARP);
    ArpHeader.write(m, 14, operation);
    ArpHeader.sender(m, 14, 0x02_00_00_00_00_77L, IpAddress.parse(sender).low());
    ArpHeader.target(m, 14, 0, IpAddress.parse(target).low());
    return frame;
  }

  @Test
  void rfc5227_an_address_is_announced_twice() {
    world.advance(10_000);
    record();
    assertThat(add(NEW_4 + "/24")).as("used at once, unless told to ask").isCompleted();
    world.advance(10_000);
    assertThat(sent).hasSize(2).allMatch(frame -> isAnnouncement(frame, NEW_4));
  }

  @Test
  void rfc5227_a_claim_is_answered_by_one_announcement_in_ten_seconds_and_counted() {
    world.advance(10_000);
    record();
    for (int i = 0; i < 100; i++) {
      world.cable.a.inject(arp(ArpHeader.REPLY, IpWorld.IP4_A, IpWorld.IP4_A));
      world.advance(10);
    }
    assertThat(sent).hasSize(1).allMatch(frame -> isAnnouncement(frame, IpWorld.IP4_A));
    assertThat(IpWorld.count(world.a, "arp.drop.conflict")).isEqualTo(100);
    assertThat(IpWorld.count(world.a, "arp.defended")).isEqualTo(1);
    world.advance(10_000);
    world.cable.a.inject(arp(ArpHeader.REQUEST, IpWorld.IP4_A, "10.0.0.9"));
    world.advance(10);
    assertThat(sent).hasSize(2);
    assertThat(uses(IpWorld.IP4_A)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"free", "taken", "wanted"})
  void rfc5227_an_address_can_be_probed_for_first(String fate) {
    world = new IpWorld(1, 0, PROBING);
    world.advance(10_000);
    record();
    String address = fate.equals("taken") ? IpWorld.IP4_B : NEW_4;
    CompletableFuture<NetInterface> used = add(address + "/24");
    if (fate.equals("wanted")) {
      world.cable.a.inject(arp(ArpHeader.REQUEST, "0.0.0.0", address));
    }
    world.advance(7_100);
    boolean free = fate.equals("free");
    assertThat(uses(address)).isEqualTo(free);
    if (free) {
      assertThat(used).isCompleted();
      assertThat(sent).hasSizeGreaterThanOrEqualTo(4);
      assertThat(sent.subList(0, 3)).as("three probes that tell no address").allMatch(frame ->
          ArpHeader.senderProtocol(MemorySegment.ofArray(frame), 14) == 0);
      assertThat(isAnnouncement(sent.get(3), address)).isTrue();
    } else {
      assertThat(refusal(used)).isEqualTo(SessionError.IPINUSE);
      assertThat(state(address)).isEqualTo(AddressNote.State.DUPLICATE);
    }
  }

  @Test
  void as_many_addresses_are_asked_for_as_may_be() {
    world = new IpWorld(1, 0, PROBING);
    var _ = add("fd00::71/64");
    var _ = add("fd00::72/64");
    assertThat(refusal(add("fd00::73/64"))).isEqualTo(SessionError.LIMIT);
    assertThat(IpWorld.count(world.a, "ip.dad.limit")).isEqualTo(1);
    assertThat(state("fd00::73")).isNull();
  }
}
