package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The kernel of this host, by libc alone: sockets and memory here, the others in classes of their own. */
public final class Linux implements Kernel {
  private static final int AF_XDP = 44;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;

  // Names of options of SOL_XDP (linux/if_xdp.h).
  private static final int MMAP_OFFSETS = 1;
  private static final int UMEM_REG = 4;
  private static final int STATISTICS = 7;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_POPULATE = 0x8000;
  private static final int MAP_HUGETLB = 0x40000;

  private static final int MADV_HUGEPAGE = 14;

  private static final long HUGE_PAGE_BYTES = 2L << 20;
  private static final int MEMORY_TRIES = 4;
  private static final long MEMORY_PAUSE_NS = 20_000_000;

  private static final int UMEM_REG_BYTES = 32;
  private static final int SOCKADDR_BYTES = 16;
  private static final int OFFSETS_BYTES = 128;
  private static final int OFFSETS_OF_RING = 32;
  private static final int STATISTICS_WORDS = 6;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  private final Interfaces interfaces = new Interfaces();
  private final BpfCalls bpf = new BpfCalls();

  /** The kernel below this process; nothing is called yet. */
  public Linux() {}

  /** An errno belongs to a thread; calls that set things up are rare enough to take a new place for it each time. */
  static Libc libc() {
    return new Libc();
  }

  @Override
  public <T> T within(@Nullable String namespace, Action<T> action) throws KernelException {
    return namespace == null ? action.run() : Namespaces.within(namespace, action);
  }

  @Override
  public void pause(long durationNs) {
    LockSupport.parkNanos(durationNs);
  }

  // ---- Interfaces.

  @Override
  public int control() throws KernelException {
    return interfaces.control();
  }

  @Override
  public Device device(int control, String name) throws KernelException {
    return interfaces.device(control, name);
  }

  @Override
  public int isUp(int control, String name, int index) {
    return interfaces.isUp(control, name, index);
  }

  // ---- Memory.

  @Override
  @SuppressWarnings("restricted") // The mapping's own length.
  public MemorySegment memory(long lengthBytes, boolean huge) throws KernelException {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (huge ? MAP_POPULATE | MAP_HUGETLB : 0);
    // munmap(2) wants whole pages, of whatever size.
    long pages = huge ? Math.ceilDiv(lengthBytes, HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES : lengthBytes;
    MemorySegment mapping = patiently(huge ? "mmap of huge pages" : "mmap", pages, flags);
    if (!huge) {
      // Each packet lies in another page. Where there are no large ones to be had it is slower, and works.
      int _ = libc().madvise(mapping.address(), pages, MADV_HUGEPAGE);
    }
    return mapping.reinterpret(pages, Arena.ofAuto(), Linux::release);
  }

  /** What closed cards had goes back when it is collected, of which a heap that hardly allocates needs to be told. */
  private static MemorySegment patiently(String what, long lengthBytes, int flags) throws KernelException {
    for (int tries = 1; ; tries++) {
      try {
        return mapped(what, lengthBytes, flags, -1, 0);
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOMEM || tries == MEMORY_TRIES) {
          throw e;
        }
        System.gc();
        LockSupport.parkNanos(MEMORY_PAUSE_NS);
      }
    }
  }

  private static void release(MemorySegment mapping) {
    int _ = libc().munmap(mapping.address(), mapping.byteSize());
  }

  @Override
  public MemorySegment map(int socket, Ring ring, long lengthBytes) throws KernelException {
    return mapped("mmap of the " + ring + " ring", lengthBytes, MAP_SHARED | MAP_POPULATE, socket, pageOffset(ring));
  }

  @SuppressWarnings("restricted") // Exactly as long as the kernel was asked for.
  private static MemorySegment mapped(String what, long lengthBytes, int flags, int fd, long offset)
      throws KernelException {
    Libc libc = libc();
    long address = libc.mmap(lengthBytes, PROT_READ_WRITE, flags, fd, offset);
    if (address == -1) {
      throw new KernelException(what, libc.errno());
    }
    return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
  }

  private static long pageOffset(Ring ring) {
    return switch (ring) {
      case RX -> 0;
      case TX -> 0x8000_0000L;
      case FILL -> 0x1_0000_0000L;
      case COMPLETION -> 0x1_8000_0000L;
    };
  }

  @Override
  public void unmap(MemorySegment mapping) {
    release(mapping);
  }

  // ---- Sockets.

  @Override
  public int socket() throws KernelException {
    Libc libc = libc();
    return require("socket(AF_XDP)", libc, libc.socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  }

  static int require(String call, Libc libc, long result) throws KernelException {
    if (result < 0) {
      throw new KernelException(call, libc.errno());
    }
    return (int) result;
  }

  @Override
  public void register(int socket, MemorySegment memory, int chunkBytes, int txMetadataBytes)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment m = arena.allocate(UMEM_REG_BYTES, Long.BYTES);
      m.set(LONG, 0, memory.address());
      m.set(LONG, 8, memory.byteSize());
      m.set(INT, 16, chunkBytes);
      m.set(INT, 24, txMetadataBytes > 0 ? XdpAbi.UMEM_TX_METADATA_LEN : 0);
      m.set(INT, 28, txMetadataBytes);
      Libc libc = libc();
      String call = txMetadataBytes > 0 ? "setsockopt(XDP_UMEM_REG) with metadata" : "setsockopt(XDP_UMEM_REG)";
      require(call, libc, libc.setsockopt(socket, XdpAbi.SOL_XDP, UMEM_REG, m));
    }
  }

  @Override
  public void size(int socket, Ring ring, int entries) throws KernelException {
    int errno = option(socket, XdpAbi.SOL_XDP, ringOption(ring), entries);
    if (errno != 0) {
      throw new KernelException("setsockopt of the " + ring + " ring", errno);
    }
  }

  private static int ringOption(Ring ring) {
    return switch (ring) {
      case RX -> 2;
      case TX -> 3;
      case FILL -> 5;
      case COMPLETION -> 6;
    };
  }

  @Override
  public Map<Ring, RingOffsets> offsets(int socket) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment m = arena.allocate(OFFSETS_BYTES, Long.BYTES);
      MemorySegment length = arena.allocateFrom(INT, OFFSETS_BYTES);
      Libc libc = libc();
      require("getsockopt(XDP_MMAP_OFFSETS)", libc,
          libc.getsockopt(socket, XdpAbi.SOL_XDP, MMAP_OFFSETS, m, length));
      if (length.get(INT, 0) != OFFSETS_BYTES) {
        // Without the flags' place: before Linux 5.4.
        throw new KernelException("getsockopt(XDP_MMAP_OFFSETS)", Errno.EOPNOTSUPP);
      }
      Map<Ring, RingOffsets> offsets = new EnumMap<>(Ring.class);
      long at = 0;
      for (Ring ring : List.of(Ring.RX, Ring.TX, Ring.FILL, Ring.COMPLETION)) {
        offsets.put(ring,
            new RingOffsets(m.get(LONG, at), m.get(LONG, at + 8), m.get(LONG, at + 16), m.get(LONG, at + 24)));
        at += OFFSETS_OF_RING;
      }
      return offsets;
    }
  }

  @Override
  public void bind(int socket, int device, int queue, int flags, int shares) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment m = arena.allocate(SOCKADDR_BYTES, Long.BYTES);
      m.set(SHORT, 0, (short) AF_XDP);
      m.set(SHORT, 2, (short) flags);
      m.set(INT, 4, device);
      m.set(INT, 8, queue);
      m.set(INT, 12, (flags & XdpAbi.SHARED_UMEM) != 0 ? shares : 0);
      Libc libc = libc();
      require("bind(AF_XDP) to queue " + queue, libc, libc.bind(socket, m));
    }
  }

  @Override
  public int option(int socket, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = libc();
      return libc.setsockopt(socket, level, name, arena.allocateFrom(INT, value)) < 0 ? libc.errno() : 0;
    }
  }

  @Override
  public boolean statistics(int socket, long[] into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment m = arena.allocate(STATISTICS_WORDS * Long.BYTES, Long.BYTES);
      MemorySegment length = arena.allocateFrom(INT, (int) m.byteSize());
      if (libc().getsockopt(socket, XdpAbi.SOL_XDP, STATISTICS, m, length) < 0) {
        return false;
      }
      for (int i = 0; i < STATISTICS_WORDS; i++) {
        into[i] = m.getAtIndex(LONG, i);
      }
      return true;
    }
  }

  @Override
  public Doorbell doorbell(int socket) {
    Libc libc = libc();
    return new Doorbell() {
      @Override
      public int transmit() {
        return libc.kick(socket, MSG_DONTWAIT) < 0 ? libc.errno() : 0;
      }

      @Override
      public int receive() {
        return libc.poke(socket, MSG_DONTWAIT) < 0 ? libc.errno() : 0;
      }
    };
  }

  @Override
  public void close(int descriptor) {
    int _ = libc().close(descriptor);
  }

  // ---- BPF.

  @Override
  public int createMap(int type, int keyBytes, int valueBytes, int entries, String name) throws KernelException {
    return bpf.createMap(type, keyBytes, valueBytes, entries, name);
  }

  @Override
  public void put(int map, MemorySegment key, MemorySegment value) throws KernelException {
    bpf.put(map, key, value);
  }

  @Override
  public void remove(int map, MemorySegment key) throws KernelException {
    bpf.remove(map, key);
  }

  @Override
  public int load(MemorySegment instructions, int flags, String name) throws KernelException {
    return bpf.load(instructions, flags, name);
  }

  @Override
  public int attach(int program, int device, int flags) throws KernelException {
    return bpf.attach(program, device, flags);
  }

  @Override
  public boolean detach(int device) throws KernelException {
    boolean found = false;
    try (XdpNetlink netlink = new XdpNetlink()) {
      for (int mode : new int[] {XdpAbi.XDP_DRV_MODE, XdpAbi.XDP_SKB_MODE}) {
        int program = netlink.program(device, mode);
        if (program != 0 && !bpf.detachLink(program, device)) {
          netlink.detach(device, mode);
        }
        found |= program != 0;
      }
    }
    return found;
  }

  /** A text with its end, as the kernel reads it. */
  static MemorySegment text(Arena arena, String text) {
    return arena.allocateFrom(text, StandardCharsets.UTF_8);
  }
}
