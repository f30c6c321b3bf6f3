package org.sluice.plugin.lab;

import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.error.SessionError;

/** What an operator can do about an error, as the rest of a sentence that names it. */
final class Remedy {
  private Remedy() {}

  static String of(SessionError error) {
    String remedy = switch (error) {
      case APP_ATTACHED -> "'show app' lists the names that are taken";
      case TRANSPORT_NO_REG -> "'show transport' lists the protocols";
      case ALREADY_LISTENING -> "'show app listeners' tells who listens there";
      case FILTERED -> "'show session rules' lists the rules";
      case SCOPE -> "nobody of the own namespace listens there: 'lab listen' there, or attach with 'scope both'";
      case NOROUTE -> "'show route' lists the routes; a loopback address is reached by listeners of this host alone";
      case NOINTF -> "'show interface' lists the interfaces; 'interface add loop' makes one";
      case NOIP -> "'address add' gives the interface an address";
      case REFUSED -> "the peer, or its application, does not want it";
      case NOSUPPORT -> "'show plugins' tells what is loaded";
      case LIMIT -> "'show counters limit' tells which";
      case DISABLED -> "'session enable' turns the session layer on";
      default -> NamespaceWords.remedy(error);
    };
    return remedy.isEmpty() ? "" : "; " + remedy;
  }
}
