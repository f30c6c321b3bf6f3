package org.sluice.benchmarks.sidebyside.harness;

/** What a reader does with each byte. */
public enum Taking {
  /** Copies it to memory of its own. */
  COPY,
  /** Reads it where it lies. */
  SUM
}
