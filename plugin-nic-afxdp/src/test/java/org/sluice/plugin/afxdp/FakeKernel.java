package org.sluice.plugin.afxdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.XdpAbi;

/**
 * A kernel without a kernel: rings on memory of its own, interfaces that are ends of cables. What a socket sends
 * arrives at the socket of the same queue at the other end, while it is called, as between virtual links.
 */
final class FakeKernel implements Kernel {
  private static final int ENOPROTOOPT = 92;

  /** How many packets one wake-up sends. */
  int budget = 32;
  /** The call that fails next, and why. */
  @Nullable String failing;
  int failure;
  int failures;
  /** Whether its cards can do without copying. */
  boolean zeroCopy;
  /** How often it was called to receive. */
  int receiveCalls;
  int pauses;
  /** What the next wake-ups to send come to, without anything being sent. */
  int kickErrno;
  int kickFailures;
  /** An option that this kernel is too old for. */
  int unknownOption = -1;
  final Map<Integer, Integer> options = new HashMap<>();

  private final Map<String, Device> devices = new HashMap<>();
  private final Map<Integer, Integer> peers = new HashMap<>();
  private final Map<Integer, FakeSocket> sockets = new TreeMap<>();
  private final Map<Integer, String> others = new TreeMap<>();
  private final List<Integer> programs = new ArrayList<>();
  private int nextDescriptor = 3;
  private int mappings;

  /** Makes both ends of a cable. */
  FakeKernel cable(String a, String b, int queues, int mtuBytes) {
    int first = devices.size() + 1;
    devices.put(a, new Device(first, 0x02_00_00_00_00_00L + first, mtuBytes, queues));
    devices.put(b, new Device(first + 1, 0x02_00_00_00_00_01L + first, mtuBytes, queues));
    peers.put(first, first + 1);
    peers.put(first + 1, first);
    return this;
  }

  FakeKernel fail(String call, int errno, int times) {
    failing = call;
    failure = errno;
    failures = times;
    return this;
  }

  /** Has so many wake-ups to send come to nothing. */
  void failKicks(int errno, int times) {
    kickErrno = errno;
    kickFailures = times;
  }

  /** What is open still. */
  List<String> open() {
    return Stream.of(sockets.keySet().stream().map(d -> "socket " + d), others.values().stream(),
        Stream.of("mapping").limit(Math.min(1, mappings))).flatMap(one -> one).toList();
  }

  FakeSocket socketOf(String device, int queue) {
    return require(bound(require(devices.get(device)).index(), queue));
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("there is none");
    }
    return value;
  }

  @Nullable FakeSocket bound(int device, int queue) {
    for (FakeSocket one : sockets.values()) {
      if (one.device == device && one.queue == queue) {
        return one;
      }
    }
    return null;
  }

  private void step(String call) throws KernelException {
    if (call.equals(failing) && failures > 0) {
      failures--;
      throw new KernelException(call, failure);
    }
  }

  private int made(String what) {
    others.put(nextDescriptor, what);
    return nextDescriptor++;
  }

  @Override
  public <T> T within(@Nullable String namespace, Action<T> action) throws KernelException {
    return action.run();
  }

  @Override
  public void pause(long durationNs) {
    pauses++;
  }

  @Override
  public int control() throws KernelException {
    step("control");
    return made("control");
  }

  @Override
  public Device device(int control, String name) throws KernelException {
    Device found = devices.get(name);
    if (found == null) {
      throw new KernelException("ioctl about the interface " + name, Errno.ENODEV);
    }
    return found;
  }

  @Override
  public int isUp(int control, String name, int index) {
    return devices.containsKey(name) ? 1 : -1;
  }

  @Override
  public MemorySegment memory(long lengthBytes, boolean huge) throws KernelException {
    step(huge ? "mmap of huge pages" : "mmap");
    return Arena.ofAuto().allocate(lengthBytes, 4096);
  }

  @Override
  public void unmap(MemorySegment mapping) {
    mappings--;
  }

  @Override
  public int socket() throws KernelException {
    step("socket(AF_XDP)");
    sockets.put(nextDescriptor, new FakeSocket(this));
    return nextDescriptor++;
  }

  private FakeSocket at(int descriptor) {
    return require(sockets.get(descriptor));
  }

  @Override
  public void register(int socket, MemorySegment memory, int chunkBytes, int txMetadataBytes)
      throws KernelException {
    step(txMetadataBytes > 0 ? "setsockopt(XDP_UMEM_REG) with metadata" : "setsockopt(XDP_UMEM_REG)");
    at(socket).register(memory, chunkBytes, txMetadataBytes);
  }

  @Override
  public void size(int socket, Ring ring, int entries) throws KernelException {
    step("setsockopt of the " + ring + " ring");
    at(socket).size(ring, entries);
  }

  @Override
  public Map<Ring, RingOffsets> offsets(int socket) {
    return FakeRing.OFFSETS;
  }

  @Override
  public MemorySegment map(int socket, Ring ring, long lengthBytes) throws KernelException {
    step("mmap of the " + ring + " ring");
    mappings++;
    return at(socket).ring(ring).memory(lengthBytes);
  }

  @Override
  public void bind(int socket, int device, int queue, int flags, int shares) throws KernelException {
    step("bind");
    if (bound(device, queue) != null) {
      throw new KernelException("bind(AF_XDP) to queue " + queue, Errno.EBUSY);
    }
    if ((flags & XdpAbi.ZEROCOPY) != 0 && !zeroCopy) {
      throw new KernelException("bind(AF_XDP) to queue " + queue, Errno.EOPNOTSUPP);
    }
    FakeSocket one = at(socket);
    if ((flags & XdpAbi.SHARED_UMEM) != 0) {
      one.share(at(shares));
    }
    one.bind(device, queue, require(peers.get(device)));
  }

  @Override
  public int option(int socket, int level, int name, int value) {
    if (name == unknownOption) {
      return ENOPROTOOPT;
    }
    options.put(name, value);
    return 0;
  }

  @Override
  public boolean statistics(int socket, long[] into) {
    into[0] = at(socket).dropped;
    return true;
  }

  @Override
  public Doorbell doorbell(int socket) {
    FakeSocket one = at(socket);
    return new Doorbell() {
      @Override
      public int transmit() {
        if (kickFailures > 0) {
          kickFailures--;
          return kickErrno;
        }
        return one.transmit(budget);
      }

      @Override
      public int receive() {
        receiveCalls++;
        one.pour();
        return 0;
      }
    };
  }

  @Override
  public void close(int descriptor) {
    FakeSocket one = sockets.remove(descriptor);
    if (one == null && others.remove(descriptor) == null) {
      throw new AssertionError("descriptor " + descriptor + " is not open");
    }
    programs.removeIf(link -> link == descriptor);
  }

  @Override
  public int createMap(int type, int keyBytes, int valueBytes, int entries, String name) throws KernelException {
    step("bpf(BPF_MAP_CREATE)");
    return made("map " + name);
  }

  @Override
  public void put(int map, MemorySegment key, MemorySegment value) throws KernelException {
    step("bpf(BPF_MAP_UPDATE_ELEM)");
  }

  @Override
  public void remove(int map, MemorySegment key) {}

  @Override
  public int load(MemorySegment instructions, int flags, String name) throws KernelException {
    step("bpf(BPF_PROG_LOAD)");
    return made("program");
  }

  @Override
  public int attach(int program, int device, int flags) throws KernelException {
    step("bpf(BPF_LINK_CREATE)");
    programs.add(nextDescriptor);
    return made("link");
  }

  @Override
  public boolean detach(int device) {
    failures = 0;
    return true;
  }
}
