package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.sluice.core.ip.IcmpErrors;
import org.sluice.core.ip.IcmpProblem;
import org.sluice.core.ip.ReceivedIcmpError;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;

/** What reads received errors, and what writes errors about received packets, of both families. */
final class IcmpParts {
  private static final int RATE = 1_000_000;
  private static final int DETAIL = 1280;

  private final Bench bench = new Bench();
  private final ReceivedIcmpError received = new ReceivedIcmpError(bench.worker, bench.counters());
  private final IcmpErrors errors =
      new IcmpErrors(bench.worker, RATE, RATE, bench.counters(), new SplittableRandom(1));

  /** Reads a message that may be an error. */
  void read(MemorySegment m, boolean ip4) {
    int length = (int) m.byteSize();
    int header = IcmpHeader.validate(m, 0, length);
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    if (ip4 ? received.read4(m, 0, length) : received.read6(m, 0, length)) {
      IcmpError error = received.toError(0);
      Check.that(error.kind() == received.kind(), "an error is of the kind that was read");
      Check.that((error.kind() == IcmpError.Kind.PACKET_TOO_BIG) || error.mtuBytes() == 0, "only one kind has an MTU");
      Check.that(error.mtuBytes() >= 0, "an MTU is none or positive");
      Check.that(received.protocol() >= 0 && received.protocol() <= 0xff, "a protocol is a byte");
      Check.that(!ip4 || error.local().isIp4() && error.remote().isIp4(), "addresses are of the family");
    }
  }

  /** Writes each error about a packet. */
  void write(MemorySegment packet, IpAddress from) {
    MemorySegment out = MemorySegment.ofArray(new byte[IcmpErrors.MAX_MESSAGE_BYTES]);
    int available = (int) packet.byteSize();
    for (IcmpProblem problem : IcmpProblem.values()) {
      int length = bench.on(() ->
          errors.write(problem, DETAIL, packet, 0, available, false, from.high(), from.low(), out, 0));
      Check.that(length >= 0 && length <= IcmpErrors.MAX_MESSAGE_BYTES, "an error is not too long");
      if (length > 0) {
        Check.that(length >= IcmpHeader.LENGTH, "an error has a header");
        Check.that(InternetChecksum.add(pseudoSum(packet, from, length), InternetChecksum.sum(out, 0, length))
            == InternetChecksum.VALID, "its checksum is right");
      }
    }
  }

  private static int pseudoSum(MemorySegment packet, IpAddress from, int length) {
    return from.isIp4() ? 0 : InternetChecksum.pseudo6(from.high(), from.low(), Ip6Header.sourceHigh(packet, 0),
        Ip6Header.sourceLow(packet, 0), IcmpHeader.PROTOCOL_6, length);
  }
}
