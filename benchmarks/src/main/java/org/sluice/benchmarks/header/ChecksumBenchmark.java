package org.sluice.benchmarks.header;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.spi.header.InternetChecksum;

/** The sum of a segment of so many bytes behind its IPv4 header, as the JVM is by default and with the Vector API. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {

  /** Bytes summed up. */
  @Param({"64", "128", "256", "512", "1448", "8948"})
  public int bytes;

  private final MemorySegment frame = Arena.ofAuto().allocate(9_216, 64).fill((byte) 0x5a);
  private final long offset = 34;

  /** Without the module. */
  @Benchmark
  @Fork(1)
  public int scalar() {
    return InternetChecksum.sum(frame, offset, bytes);
  }

  /** With it. */
  @Benchmark
  @Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public int vector() {
    return InternetChecksum.sum(frame, offset, bytes);
  }
}
