package org.sluice.core.console;

import org.sluice.core.session.SessionView;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Verbosity;

/**
 * One session in the columns that every list of sessions has.
 *
 * @param connection {@code [worker:slot][protocol] local->remote}
 * @param state the transport's state where it has one to tell, else the session's
 * @param rxBytes bytes that wait for the application
 * @param txBytes bytes that wait for the transport or the local peer
 */
record SessionRow(String connection, String state, int rxBytes, int txBytes) {
  static final int CONNECTION_WIDTH = 60;
  private static final Column[] COLUMNS = {
    Column.of("Connection", CONNECTION_WIDTH),
    Column.of("State", 15),
    new Column("Rx-f", "rx_bytes", -10),
    new Column("Tx-f", "tx_bytes", -10)
  };

  /** Reads a session. On its worker. */
  static SessionRow of(SessionView session) {
    String state = session.details(Verbosity.LINE).strip();
    return new SessionRow(
        connection(session),
        state.isEmpty() ? session.stateLabel() : state,
        session.rxBytes(),
        session.txBytes());
  }

  /** The first column. On the session's worker. */
  static String connection(SessionView session) {
    return ("[" + Handle.text(session.handle()) + "][" + session.protocol() + "] " + session.flow()).strip();
  }

  static void begin(ConsoleOutput output) {
    output.table("sessions", COLUMNS);
  }

  void print(ConsoleOutput output) {
    output.row(connection, state, rxBytes, txBytes);
  }
}
