package org.sluice.plugin.afxdp.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the driver asks of the operating system: AF_XDP sockets, BPF objects, interfaces. Descriptors are those of the
 * process; who is given one closes it. Any thread; none of the calls waits for packets.
 */
public interface Kernel {

  /** The four rings of a socket. */
  enum Ring {
    /** Received packets, for the driver to take. */
    RX,
    /** Packets to send, for the kernel to take. */
    TX,
    /** Free chunks for packets to come, for the kernel to take. */
    FILL,
    /** Chunks whose packets were sent, for the driver to take. */
    COMPLETION
  }

  /**
   * Where the words of a ring lie in its mapping.
   *
   * @param producer of the producer's index, in bytes
   * @param consumer of the consumer's index
   * @param entries of the first entry
   * @param flags of the word with the need-wakeup flag
   */
  record RingOffsets(long producer, long consumer, long entries, long flags) {}

  /**
   * What an interface is.
   *
   * @param index its number in its namespace
   * @param macAddress in the low 48 bits
   * @param mtuBytes the largest IP packet
   * @param queues how many receive queues it has
   */
  record Device(int index, long macAddress, int mtuBytes, int queues) {}

  /**
   * What to do in another namespace.
   *
   * @param <T> what comes of it
   */
  interface Action<T> {
    /**
     * Does it.
     *
     * @return what comes of it
     * @throws KernelException when it fails
     */
    T run() throws KernelException;
  }

  /**
   * Does something in a network namespace, on a thread that is moved there and ends afterwards. Waits for it.
   *
   * @param <T> what comes of it
   * @param namespace a name as of {@code ip netns}, or a path; null for the one that the process is in
   * @param action what to do
   * @return what came of it
   * @throws KernelException what it threw, or that there is no such namespace
   */
  <T> T within(@Nullable String namespace, Action<T> action) throws KernelException;

  /**
   * Waits for the kernel to finish what it does behind a call.
   *
   * @param durationNs how long
   */
  void pause(long durationNs);

  // ---- Interfaces.

  /**
   * A socket to ask about interfaces of the calling thread's namespace.
   *
   * @return its descriptor
   * @throws KernelException when there is none to be had
   */
  int control() throws KernelException;

  /**
   * Looks at an interface.
   *
   * @param control of its namespace
   * @param name its name
   * @return what it is
   * @throws KernelException ENODEV when there is none
   */
  Device device(int control, String name) throws KernelException;

  /**
   * Whether an interface is up and has a carrier.
   *
   * @param control of its namespace
   * @param name its name
   * @param index its number
   * @return 1 when it is, 0 when not, -1 when there is none of that name and number
   */
  int isUp(int control, String name, int index);

  // ---- Memory.

  /**
   * Maps memory for packets, in large pages where there are some. It goes back to the system when nobody refers to it
   * any more: frames may outlive their card.
   *
   * @param lengthBytes how much
   * @param huge whether in pages of 2 MiB
   * @return the memory
   * @throws KernelException ENOMEM
   */
  MemorySegment memory(long lengthBytes, boolean huge) throws KernelException;

  /**
   * Gives the mapping of a ring back. Nobody may touch it afterwards.
   *
   * @param mapping what {@link #map} returned
   */
  void unmap(MemorySegment mapping);

  // ---- Sockets.

  /**
   * Makes an AF_XDP socket in the calling thread's namespace.
   *
   * @return its descriptor
   * @throws KernelException EPERM without CAP_NET_RAW, EAFNOSUPPORT
   */
  int socket() throws KernelException;

  /**
   * Registers memory for packets with a socket.
   *
   * @param socket which
   * @param memory the memory
   * @param chunkBytes a power of two up to a page
   * @param txMetadataBytes before the data of packets to send; 0 for none
   * @throws KernelException ENOBUFS or EPERM when so much may not be locked, EINVAL when there is no metadata (before
   *     Linux 6.11)
   */
  void register(int socket, MemorySegment memory, int chunkBytes, int txMetadataBytes) throws KernelException;

  /**
   * Gives a socket a ring.
   *
   * @param socket which
   * @param ring which
   * @param entries a power of two
   * @throws KernelException when it cannot be
   */
  void size(int socket, Ring ring, int entries) throws KernelException;

  /**
   * Where the words of the rings lie.
   *
   * @param socket whose
   * @return by ring
   * @throws KernelException when the kernel does not say
   */
  Map<Ring, RingOffsets> offsets(int socket) throws KernelException;

  /**
   * Maps a ring.
   *
   * @param socket whose
   * @param ring which
   * @param lengthBytes of the mapping
   * @return the mapping
   * @throws KernelException when it cannot be
   */
  MemorySegment map(int socket, Ring ring, long lengthBytes) throws KernelException;

  /**
   * Joins a socket to a queue of an interface.
   *
   * @param socket which
   * @param device the interface's number
   * @param queue its queue
   * @param flags see {@link XdpAbi}
   * @param shares the socket whose memory it uses; ignored without that flag
   * @throws KernelException EBUSY while another socket has the queue, or had it a moment ago
   */
  void bind(int socket, int device, int queue, int flags, int shares) throws KernelException;

  /**
   * Sets an option of a socket that is a number.
   *
   * @param socket which
   * @param level of the option
   * @param name of the option
   * @param value for it
   * @return 0, or why it failed
   */
  int option(int socket, int level, int name, int value);

  /**
   * Reads what the kernel counts of a socket.
   *
   * @param socket which
   * @param into six numbers: dropped, invalid rx, invalid tx, rx ring full, fill ring empty, tx ring empty
   * @return whether it could
   */
  boolean statistics(int socket, long[] into);

  /**
   * Wakes the kernel for a socket.
   *
   * @param socket which
   * @return for one thread
   */
  Doorbell doorbell(int socket);

  /** Wakes the kernel for a socket. For one thread. */
  interface Doorbell {
    /**
     * Has it take packets to send. What it takes it sends before this returns.
     *
     * @return 0, or why not: EAGAIN when there are more than it takes at once
     */
    int transmit();

    /**
     * Has it look at the fill ring, or poll the card when the socket is busy-polled.
     *
     * @return 0, or why not
     */
    int receive();
  }

  /**
   * Closes a descriptor.
   *
   * @param descriptor which
   */
  void close(int descriptor);

  // ---- BPF.

  /**
   * Makes a map.
   *
   * @param type see {@link XdpAbi}
   * @param keyBytes of a key
   * @param valueBytes of a value
   * @param entries the most
   * @param name up to 15 characters
   * @return its descriptor
   * @throws KernelException EPERM without CAP_BPF
   */
  int createMap(int type, int keyBytes, int valueBytes, int entries, String name) throws KernelException;

  /**
   * Puts an entry into a map.
   *
   * @param map which
   * @param key the key
   * @param value the value
   * @throws KernelException when there is no room
   */
  void put(int map, MemorySegment key, MemorySegment value) throws KernelException;

  /**
   * Takes an entry out of a map.
   *
   * @param map which
   * @param key the key
   * @throws KernelException ENOENT when there is none
   */
  void remove(int map, MemorySegment key) throws KernelException;

  /**
   * Loads an XDP program.
   *
   * @param instructions eight bytes each
   * @param flags see {@link XdpAbi}
   * @param name up to 15 characters
   * @return its descriptor
   * @throws KernelException with what the verifier says
   */
  int load(MemorySegment instructions, int flags, String name) throws KernelException;

  /**
   * Attaches a program to an interface of the calling thread's namespace, until the descriptor that comes back is
   * closed, or the process ends however it does.
   *
   * @param program which
   * @param device the interface's number
   * @param flags the mode, see {@link XdpAbi}
   * @return the link's descriptor
   * @throws KernelException EBUSY or EEXIST when there is a program already
   */
  int attach(int program, int device, int flags) throws KernelException;

  /**
   * Takes whatever XDP program is attached to an interface of the calling thread's namespace off it.
   *
   * @param device the interface's number
   * @return whether there was one
   * @throws KernelException when it cannot be taken off
   */
  boolean detach(int device) throws KernelException;
}
