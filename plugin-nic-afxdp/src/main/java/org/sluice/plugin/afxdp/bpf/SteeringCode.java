package org.sluice.plugin.afxdp.bpf;

import static org.sluice.plugin.afxdp.bpf.Assembler.BYTE;
import static org.sluice.plugin.afxdp.bpf.Assembler.FP;
import static org.sluice.plugin.afxdp.bpf.Assembler.HALF;
import static org.sluice.plugin.afxdp.bpf.Assembler.R0;
import static org.sluice.plugin.afxdp.bpf.Assembler.R1;
import static org.sluice.plugin.afxdp.bpf.Assembler.R2;
import static org.sluice.plugin.afxdp.bpf.Assembler.R3;
import static org.sluice.plugin.afxdp.bpf.Assembler.R5;
import static org.sluice.plugin.afxdp.bpf.Assembler.R6;
import static org.sluice.plugin.afxdp.bpf.Assembler.R7;
import static org.sluice.plugin.afxdp.bpf.Assembler.R8;
import static org.sluice.plugin.afxdp.bpf.Assembler.R9;
import static org.sluice.plugin.afxdp.bpf.Assembler.WORD;

import java.nio.ByteOrder;

/**
 * The instructions of the steering program: whose destination the stack has goes to the socket of its queue, everything
 * else to the kernel. r6 is where the packet begins, r7 where it ends, r8 its queue; r9 the transport header, where one
 * is looked at.
 */
final class SteeringCode {
  // Functions of the kernel (enum bpf_func_id).
  private static final int MAP_LOOKUP = 1;
  private static final int REDIRECT_MAP = 51;

  private static final int XDP_PASS = 2;

  // Fields of struct xdp_md.
  private static final int CTX_DATA = 0;
  private static final int CTX_DATA_END = 4;
  private static final int CTX_RX_QUEUE = 16;

  // Offsets from the begin of the frame.
  private static final int ETHER_TYPE = 12;
  private static final int ETHERNET = 14;
  private static final int ARP_END = ETHERNET + 28;
  private static final int ARP_TARGET = ETHERNET + 24;
  private static final int IP4_END = ETHERNET + 20;
  private static final int IP4_VERSION_AND_LENGTH = ETHERNET;
  private static final int IP4_FRAGMENT = ETHERNET + 6;
  private static final int IP4_PROTOCOL = ETHERNET + 9;
  private static final int IP4_DESTINATION = ETHERNET + 16;
  private static final int IP6_END = ETHERNET + 40;
  private static final int IP6_NEXT_HEADER = ETHERNET + 6;
  private static final int IP6_DESTINATION = ETHERNET + 24;
  private static final int ND_TYPE = IP6_END;
  private static final int ND_TARGET = IP6_END + 8;
  private static final int ND_END = ND_TARGET + 16;

  private static final int TYPE_IP4 = 0x0800;
  private static final int TYPE_ARP = 0x0806;
  private static final int TYPE_IP6 = 0x86dd;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP6 = 58;
  private static final int ROUTER_ADVERTISEMENT = 134;
  private static final int NEIGHBOR_SOLICITATION = 135;
  private static final int NEIGHBOR_ADVERTISEMENT = 136;
  /** The offset of a fragment, without the flags. */
  private static final int FRAGMENT_OFFSET = 0x1fff;

  private static final int KEY_4 = -4;
  private static final int KEY_6 = -16;
  private static final int KEY_6_LOW = -8;
  private static final int KEY_PORT = -20;

  private final Assembler a = new Assembler();
  private final SteeringMaps maps;
  private final boolean routers;

  private SteeringCode(SteeringMaps maps, boolean routers) {
    this.maps = maps;
    this.routers = routers;
  }

  /** The one that gives every packet of a queue to its socket. */
  static byte[] ofAll(SteeringMaps maps) {
    SteeringCode code = new SteeringCode(maps, false);
    code.a.load(WORD, R8, R1, CTX_RX_QUEUE);
    code.redirect();
    return code.a.assemble();
  }

  /**
   * Assembles it.
   *
   * @param maps what it looks into
   * @param routers whether advertisements of routers are for the stack, and the kernel gets none
   */
  static byte[] assemble(SteeringMaps maps, boolean routers) {
    SteeringCode code = new SteeringCode(maps, routers);
    code.head();
    code.arp();
    code.ip4();
    code.ip6();
    code.ports();
    code.tail();
    return code.a.assemble();
  }

  /** A number of 16 bits as a load of this machine sees it in a packet. */
  private static int wire(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
        ? value : Short.reverseBytes((short) value) & 0xffff;
  }

  private void head() {
    a.load(WORD, R6, R1, CTX_DATA).load(WORD, R7, R1, CTX_DATA_END).load(WORD, R8, R1, CTX_RX_QUEUE);
    atLeast(ETHERNET);
    a.load(HALF, R2, R6, ETHER_TYPE)
        .ifEqual(R2, wire(TYPE_IP4), "ip4")
        .ifEqual(R2, wire(TYPE_IP6), "ip6")
        .ifNotEqual(R2, wire(TYPE_ARP), "pass");
  }

  /** Shorter frames are the kernel's. */
  private void atLeast(int bytes) {
    a.move(R5, R6).add(R5, bytes).ifGreater(R5, R7, "pass");
  }

  /** By the target's protocol address, so that the kernel's own addresses of the interface are still answered for. */
  private void arp() {
    atLeast(ARP_END);
    a.load(WORD, R2, R6, ARP_TARGET).store(WORD, FP, KEY_4, R2);
    lookup(maps.addresses4(), KEY_4);
    a.ifEqual(R0, 0, "pass").go("redirect");
  }

  private void lookup(int map, int key) {
    a.move(R2, FP).add(R2, key).map(R1, map).call(MAP_LOOKUP);
  }

  private void ip4() {
    a.label("ip4");
    atLeast(IP4_END);
    a.load(WORD, R2, R6, IP4_DESTINATION).store(WORD, FP, KEY_4, R2);
    lookup(maps.addresses4(), KEY_4);
    a.ifEqual(R0, 0, "pass");
    if (!maps.byPort()) {
      a.go("redirect");
      return;
    }
    // Fragments but the first have no ports: the kernel gets them.
    a.load(HALF, R2, R6, IP4_FRAGMENT).and(R2, wire(FRAGMENT_OFFSET)).ifNotEqual(R2, 0, "pass")
        .load(BYTE, R2, R6, IP4_VERSION_AND_LENGTH).and(R2, 0xf).shiftLeft(R2, 2)
        .move(R9, R6).add(R9, ETHERNET).addRegister(R9, R2)
        .load(BYTE, R2, R6, IP4_PROTOCOL).go("ports");
  }

  private void ip6() {
    a.label("ip6");
    atLeast(IP6_END);
    a.load(BYTE, R2, R6, IP6_NEXT_HEADER).ifEqual(R2, ICMP6, "icmp6");
    a.label("ip6-address");
    key6(IP6_DESTINATION);
    a.ifEqual(R0, 0, "pass");
    if (maps.byPort()) {
      a.move(R9, R6).add(R9, IP6_END).load(BYTE, R2, R6, IP6_NEXT_HEADER).go("ports");
    } else {
      a.go("redirect");
    }
    // Of its own, because jumps go forward: what is for an address, then neighbour discovery, which is for groups too.
    a.label("icmp6");
    key6(IP6_DESTINATION);
    a.ifNotEqual(R0, 0, "redirect");
    atLeast(ND_TYPE + 1);
    a.load(BYTE, R2, R6, ND_TYPE);
    if (routers) {
      a.ifEqual(R2, ROUTER_ADVERTISEMENT, "redirect");
    }
    // An advertisement of a router without options is shorter.
    a.move(R9, R2);
    atLeast(ND_END);
    a.move(R2, R9);
    a.ifEqual(R2, NEIGHBOR_SOLICITATION, "target").ifNotEqual(R2, NEIGHBOR_ADVERTISEMENT, "pass").label("target");
    key6(ND_TARGET);
    a.ifEqual(R0, 0, "pass").go("redirect");
  }

  private void key6(int at) {
    a.load(WORD, R2, R6, at).store(WORD, FP, KEY_6, R2)
        .load(WORD, R2, R6, at + 4).store(WORD, FP, KEY_6 + 4, R2)
        .load(WORD, R2, R6, at + 8).store(WORD, FP, KEY_6_LOW, R2)
        .load(WORD, R2, R6, at + 12).store(WORD, FP, KEY_6_LOW + 4, R2);
    lookup(maps.addresses6(), KEY_6);
  }

  /** r9 is the transport header, r2 the protocol. What has no ports is the stack's. */
  private void ports() {
    if (!maps.byPort()) {
      return;
    }
    a.label("ports").ifEqual(R2, TCP, "port").ifNotEqual(R2, UDP, "redirect").label("port")
        .move(R5, R9).add(R5, 4).ifGreater(R5, R7, "pass")
        .load(HALF, R2, R9, 2).store(WORD, FP, KEY_PORT, R2);
    lookup(maps.ports(), KEY_PORT);
    a.ifEqual(R0, 0, "pass");
  }

  private void tail() {
    a.label("redirect");
    redirect();
    a.label("pass").set(R0, XDP_PASS).exit();
  }

  /** A queue without a socket is the kernel's. */
  private void redirect() {
    a.map(R1, maps.sockets()).move(R2, R8).set(R3, XDP_PASS).call(REDIRECT_MAP).exit();
  }
}
