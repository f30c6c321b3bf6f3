package org.sluice.core.ip;

import org.sluice.spi.nic.PacketBatch;

/** What one worker asks and tells of neighbours: on worker 0 it is done at once, elsewhere it is carried there. */
interface NeighborAccess {

  /** Takes whole frames over that lack their receiver's address; the batch is cleared. */
  void resolve(Port port, long high, long low, PacketBatch batch);

  /** Something is sent to a stale neighbour, for the first time; false when that could not be said. */
  boolean used(Port port, Neighbor neighbor);

  /** See {@link NeighborTable#heard}. */
  void heard(Port port, long high, long low, long mac);

  /** See {@link NeighborTable#changed}. */
  void changed(Port port, long high, long low, long mac);

  /** See {@link NeighborTable#advertised}. */
  void advertised(Port port, long high, long low, long mac, boolean solicited, boolean override);

  /** See {@link LinkControl#asked}. */
  void asked(Port port, long high, long low, long nonce);

  /** See {@link LinkControl#claimed}. */
  void claimed(Port port, long high, long low, long mac);

  /** Takes a router advertisement over; the batch keeps its place. */
  void routerAdvertised(Port port, PacketBatch batch, int i);

  /** That of worker 0. */
  final class Direct implements NeighborAccess {
    private final NeighborTable table;
    private final LinkControl links;

    Direct(NeighborTable table, LinkControl links) {
      this.table = table;
      this.links = links;
    }

    @Override
    public void asked(Port port, long high, long low, long nonce) {
      links.asked(port, high, low, nonce);
    }

    @Override
    public void claimed(Port port, long high, long low, long mac) {
      links.claimed(port, high, low, mac);
    }

    @Override
    public void routerAdvertised(Port port, PacketBatch batch, int i) {
      links.advertised(port, batch, i);
    }

    @Override
    public void resolve(Port port, long high, long low, PacketBatch batch) {
      for (int i = 0; i < batch.size(); i++) {
        table.send(port, high, low, batch, i);
      }
      batch.clear();
    }

    @Override
    public boolean used(Port port, Neighbor neighbor) {
      table.used(neighbor);
      return true;
    }

    @Override
    public void heard(Port port, long high, long low, long mac) {
      table.heard(port, high, low, mac);
    }

    @Override
    public void changed(Port port, long high, long low, long mac) {
      table.changed(port, high, low, mac);
    }

    @Override
    public void advertised(Port port, long high, long low, long mac, boolean solicited, boolean override) {
      table.advertised(port, high, low, mac, solicited, override);
    }
  }
}
