/**
 * Packet scripts: a transport's conversation with a peer, written down segment by segment, and held against what the
 * transport sends in virtual time. {@link org.sluice.testkit.script.PacketScript} describes the notation, {@link
 * org.sluice.testkit.script.ScriptRunner} runs a script.
 *
 * <p>Thread model: one thread, that of the simulation.
 */
@NullMarked
package org.sluice.testkit.script;

import org.jspecify.annotations.NullMarked;
