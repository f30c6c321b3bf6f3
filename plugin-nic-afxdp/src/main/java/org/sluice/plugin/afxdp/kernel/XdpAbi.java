package org.sluice.plugin.afxdp.kernel;

/**
 * Numbers of the kernel's interface that both sides of {@link Kernel} use (linux/if_xdp.h, linux/bpf.h,
 * linux/if_link.h).
 */
public final class XdpAbi {
  // ---- bind(2).

  /** Uses the memory of another socket. */
  public static final int SHARED_UMEM = 1;
  /** Packets are copied, whatever the card can do. */
  public static final int COPY = 1 << 1;
  /** Packets are not copied, or the bind fails. */
  public static final int ZEROCOPY = 1 << 2;
  /** The kernel says when it wants to be waked. */
  public static final int USE_NEED_WAKEUP = 1 << 3;
  /** Packets may lie in several chunks. */
  public static final int USE_SG = 1 << 4;

  // ---- Memory.

  /** There is metadata before the data of packets to send. */
  public static final int UMEM_TX_METADATA_LEN = 1 << 2;

  // ---- Descriptors.

  /** The packet goes on in the next descriptor. */
  public static final int PKT_CONTD = 1;
  /** The packet has metadata before it. */
  public static final int TX_METADATA = 1 << 1;
  /** In the metadata: the checksum is asked for. */
  public static final long TXMD_CHECKSUM = 1 << 1;
  /** In a ring's flags: the kernel sleeps and wants to be waked. */
  public static final int RING_NEED_WAKEUP = 1;

  // ---- Options of sockets.

  /** The level of AF_XDP's options. */
  public static final int SOL_XDP = 283;
  /** Packets that one wake-up sends at most. */
  public static final int MAX_TX_SKB_BUDGET = 9;
  /** The level of options of all sockets. */
  public static final int SOL_SOCKET = 1;
  /** Polls the card for so many microseconds. */
  public static final int SO_BUSY_POLL = 46;
  /** Polls the card instead of taking interrupts. */
  public static final int SO_PREFER_BUSY_POLL = 69;
  /** Packets that one such poll takes at most. */
  public static final int SO_BUSY_POLL_BUDGET = 70;

  // ---- BPF.

  /** A map by any key. */
  public static final int MAP_HASH = 1;
  /** A map of AF_XDP sockets by index. */
  public static final int MAP_XSK = 17;
  /** The program copes with packets in several pieces. */
  public static final int PROG_XDP_HAS_FRAGS = 1 << 5;
  /** Behind the driver, on whole socket buffers: works everywhere. */
  public static final int XDP_SKB_MODE = 1 << 1;
  /** In the driver. */
  public static final int XDP_DRV_MODE = 1 << 2;

  private XdpAbi() {}
}
