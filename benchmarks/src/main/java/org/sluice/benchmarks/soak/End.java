package org.sluice.benchmarks.soak;

/** An end of a session: who connects, or who accepts. */
enum End {
  CLIENT,
  SERVER
}
