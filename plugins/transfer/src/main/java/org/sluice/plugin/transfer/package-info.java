/**
 * Sends files and directories over any session. {@link org.sluice.plugin.transfer.TransferApplication} receives, {@link
 * org.sluice.plugin.transfer.SendCommand} sends.
 *
 * <p>Thread model: the protocol of a session lives in its callbacks, on the worker that owns it, which copies bytes
 * between FIFO and buffers and never waits for a disk. Whatever touches a file, and the hashing, is a job of the
 * session's {@link org.sluice.plugin.transfer.FileLane}, on background threads of the plugin; the lane's control slot
 * wakes the session. Each direction has a few buffers ({@code limit.waiting-chunks}): when all wait for the disk, a
 * receiver leaves the bytes in the FIFO, and the peer waits for room; a sender reads ahead no further. File names are
 * collected on the console thread before the connect. What other threads look at is in {@link
 * org.sluice.plugin.transfer.Progress}.
 *
 * <h2>The protocol, version 1</h2>
 *
 * A byte stream of records in each direction. Numbers are big-endian and unsigned unless stated, texts UTF-8. Each
 * record is a type (1 byte), the length of its body (3 bytes) and the body.
 *
 * <pre>
 * type        from      body
 * 1 HELLO     sender    magic "SLTR", version u16, zero u16, entries u32, bytes of all files u64
 * 2 WELCOME   receiver  version u16, zero u16
 * 3 ENTRY     sender    kind u8 (0 file, 1 directory), zero u8, name length u16, size u64,
 *                       modification time i64 (ms since 1970), name with "/" between its parts
 * 4 OFFER     receiver  bytes it has of that file u64, their SHA-256 (32 bytes)
 * 5 START     sender    where the data will begin u64: what was offered, or 0
 * 6 DATA      sender    1 or more bytes of the file
 * 7 END       sender    SHA-256 of the whole file (32 bytes)
 * 8 VERDICT   receiver  0 kept, 1 hash differs (u8), SHA-256 of what was received (32 bytes; zero for a directory)
 * 9 FAIL      both      reason u16 (see FailReason), text
 * </pre>
 *
 * The sender says HELLO and waits for WELCOME; then for each entry: ENTRY, wait for OFFER, START, DATA until the size
 * is reached, END, wait for VERDICT. A directory has no OFFER to END. After the last VERDICT the sender closes. Whoever
 * cannot go on says FAIL and closes its direction. A record that is malformed, or not due, fails the session.
 *
 * <p>While a file comes in it is {@code NAME.sluice-part}; when its hash is right it is renamed to NAME. After an
 * interruption the receiver offers what it has of that file together with the hash; the sender hashes the same stretch
 * of its own file and goes on from there if both are equal, else from the start. So nothing is believed about the
 * partial file, not even that the sender's file is still the same one. A file that is already there complete is offered
 * in the same way and costs no data.
 */
@NullMarked
package org.sluice.plugin.transfer;

import org.jspecify.annotations.NullMarked;
