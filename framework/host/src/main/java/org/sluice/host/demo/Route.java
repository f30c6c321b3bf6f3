package org.sluice.host.demo;

import java.util.List;

/**
 * A way from one application to another.
 *
 * @param title what it is, for people
 * @param setUp the commands that make it
 * @param uri where the receiver listens and the sender connects
 * @param receiver what the receiver's command ends with
 * @param sender what the sender's command ends with
 * @param folder where the file goes, below the demo's
 */
record Route(String title, List<String> setUp, String uri, String receiver, String sender, String folder) {

  /** Both applications in the same namespace: they share FIFOs. */
  static Route cutThrough() {
    return new Route("over a local session, whose two ends share their FIFOs", List.of(), "ct://127.0.0.1/9000", "", "",
        "received");
  }

  /**
   * Applications in namespaces with table sets of their own, which only a wire joins. In the same one the session would
   * be local, whatever the transport.
   *
   * @param title what it is
   * @param number distinguishes tables, addresses and names
   * @param impairment of the wire, as the driver's options
   */
  static Route tcp(String title, int number, String impairment) {
    String wire = "wire" + number;
    int west = 2 * number - 1;
    int east = 2 * number;
    String options = impairment.isEmpty() ? "" : " " + impairment;
    String address = "10.0." + number + ".";
    return new Route(title, List.of(
        "interface add wire " + wire + ":0" + options,
        "interface add wire " + wire + ":1" + options,
        "interface table " + wire + ":0 " + west,
        "interface table " + wire + ":1 " + east,
        "address add " + wire + ":0 " + address + "1/24",
        "address add " + wire + ":1 " + address + "2/24",
        "app ns add west" + number + " ip4 " + west,
        "app ns add east" + number + " ip4 " + east),
        "tcp://" + address + "2/9000", " namespace east" + number, " namespace west" + number, "received" + number);
  }
}
