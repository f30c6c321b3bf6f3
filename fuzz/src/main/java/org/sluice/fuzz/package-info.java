/**
 * Fuzz targets: what any byte string on the wire must not do. Each target is a class with the entry that Jazzer looks
 * for, {@code fuzzerTestOneInput(byte[])}; {@link org.sluice.fuzz.Target} lists them. Every input starts from the same
 * state, so that it does the same wherever and whenever it runs.
 */
@NullMarked
package org.sluice.fuzz;

import org.jspecify.annotations.NullMarked;
