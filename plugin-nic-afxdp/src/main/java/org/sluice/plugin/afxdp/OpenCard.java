package org.sluice.plugin.afxdp;

import java.util.List;
import org.sluice.plugin.afxdp.bpf.Steering;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.xsk.XskRx;
import org.sluice.plugin.afxdp.xsk.XskSocket;
import org.sluice.plugin.afxdp.xsk.XskTx;

/**
 * What was opened of a card.
 *
 * @param name of the card
 * @param kernel below it
 * @param options as the operator wants them
 * @param device the interface
 * @param control a socket to ask about it
 * @param steering its program
 * @param sockets one for each queue
 * @param rx the receive queues
 * @param tx the transmit queues
 * @param skb whether the program is behind the driver
 * @param copies whether packets are copied
 * @param txChecksums whether the kernel makes checksums that are asked for
 */
record OpenCard(String name, Kernel kernel, AfXdpOptions options, Kernel.Device device, int control, Steering steering,
    List<XskSocket> sockets, List<XskRx> rx, List<XskTx> tx, boolean skb, boolean copies,
    boolean txChecksums) {}
