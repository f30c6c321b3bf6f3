package org.sluice.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What can be fuzzed. */
@SuppressWarnings("ImmutableEnumChecker") // The method references hold nothing.
public enum Target {
  /** Ethernet headers. */
  ETHERNET(EthernetFuzzer.class, EthernetFuzzer::fuzzerTestOneInput, Seeds::ethernet),
  /** ARP packets. */
  ARP(ArpFuzzer.class, ArpFuzzer::fuzzerTestOneInput, Seeds::arp),
  /** IPv4 headers and fragments. */
  IP4(Ip4Fuzzer.class, Ip4Fuzzer::fuzzerTestOneInput, Seeds::ip4),
  /** IPv6 headers, extension headers and fragments. */
  IP6(Ip6Fuzzer.class, Ip6Fuzzer::fuzzerTestOneInput, Seeds::ip6),
  /** ICMPv4 messages and what errors quote. */
  ICMP4(Icmp4Fuzzer.class, Icmp4Fuzzer::fuzzerTestOneInput, Seeds::icmp4),
  /** ICMPv6 messages and what errors quote. */
  ICMP6(Icmp6Fuzzer.class, Icmp6Fuzzer::fuzzerTestOneInput, Seeds::icmp6),
  /** Neighbour and router discovery. */
  ND(NdFuzzer.class, NdFuzzer::fuzzerTestOneInput, Seeds::nd),
  /** TCP headers and options. */
  TCP(TcpFuzzer.class, TcpFuzzer::fuzzerTestOneInput, Seeds::tcp),
  /** Frames against a stack with connections. */
  STACK(StackFuzzer.class, StackFuzzer::fuzzerTestOneInput, Seeds::stack);

  private final Class<?> fuzzer;
  private final Consumer<byte[]> entry;
  private final Supplier<List<byte[]>> seeds;

  Target(Class<?> fuzzer, Consumer<byte[]> entry, Supplier<List<byte[]>> seeds) {
    this.fuzzer = fuzzer;
    this.entry = entry;
    this.seeds = seeds;
  }

  /**
   * What it is called on the command line, and its folder of past findings.
   *
   * @return its name in small letters
   */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Its class for Jazzer.
   *
   * @return a class name
   */
  public String fuzzerName() {
    return fuzzer.getName();
  }

  /**
   * Runs an input.
   *
   * @param input any bytes
   * @throws AssertionError when it does what no input may do; any other exception is a finding too
   */
  public void run(byte[] input) {
    entry.accept(input);
  }

  /**
   * Inputs to begin with: valid packets.
   *
   * @return new arrays
   */
  public List<byte[]> seeds() {
    return seeds.get();
  }
}
