package org.sluice.core.ip;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * What becomes of fragments.
 *
 * @param fragments fragments that came
 * @param whole datagrams put together
 * @param duplicates fragments that were there already
 * @param malformed fragments with impossible lengths or positions
 * @param incompleteChain first IPv6 fragments without all headers
 * @param overlaps datagrams discarded because fragments overlapped or disagreed
 * @param late fragments of datagrams that were discarded
 * @param congestion datagrams discarded because the ECN marks of their fragments disagreed
 * @param timeouts datagrams discarded because fragments stayed away
 * @param datagramLimit datagrams discarded because there were as many as may be
 * @param byteLimit datagrams discarded because fragments took as much memory as they may
 * @param fragmentLimit datagrams discarded because they had as many fragments as may be
 * @param sourceLimit datagrams discarded because their sender had as many as he may
 * @param wholeLimit datagrams discarded because as many whole ones as may be had not been given back
 */
public record ReassemblyCounters(
    Counter fragments,
    Counter whole,
    Counter duplicates,
    Counter malformed,
    Counter incompleteChain,
    Counter overlaps,
    Counter late,
    Counter congestion,
    Counter timeouts,
    Counter datagramLimit,
    Counter byteLimit,
    Counter fragmentLimit,
    Counter sourceLimit,
    Counter wholeLimit) {

  /**
   * Makes the counters.
   *
   * @param counters the stack's scope
   * @return the counters of reassembly
   */
  public static ReassemblyCounters of(Counters counters) {
    return new ReassemblyCounters(
        counters.counter("ip.reassembly.fragments", "Fragments that came to be put together"),
        counters.counter("ip.reassembly.whole", "Datagrams put together of fragments"),
        counters.counter("ip.reassembly.duplicate", "Fragments dropped because they were there already"),
        counters.counter("ip.reassembly.malformed", "Fragments dropped for an impossible length or position"),
        counters.counter("ip.reassembly.incomplete-chain", "First IPv6 fragments dropped because headers were missing"),
        counters.counter("ip.reassembly.overlap", "Datagrams discarded because fragments overlapped or disagreed"),
        counters.counter("ip.reassembly.late", "Fragments dropped because their datagram was discarded"),
        counters.counter("ip.reassembly.ecn", "Datagrams discarded because the ECN marks of fragments disagreed"),
        counters.counter("ip.reassembly.timeout", "Datagrams discarded because fragments stayed away"),
        counters.counter("ip.reassembly.datagram-limit", "Datagrams discarded because there were as many as may be"),
        counters.counter("ip.reassembly.byte-limit", "Datagrams discarded because fragments took all their memory"),
        counters.counter("ip.reassembly.fragment-limit", "Datagrams discarded because they had too many fragments"),
        counters.counter("ip.reassembly.source-limit", "Datagrams discarded because their sender had too many"),
        counters.counter("ip.reassembly.whole-limit", "Datagrams discarded for want of a buffer for whole ones"));
  }
}
