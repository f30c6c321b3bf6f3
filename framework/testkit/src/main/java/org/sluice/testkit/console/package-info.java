/**
 * For tests of console commands: {@link org.sluice.testkit.console.RecordingOutput} takes what a command prints, {@link
 * org.sluice.testkit.console.GoldenText} compares it with a file.
 *
 * <p>Thread model: one thread at a time.
 */
@NullMarked
package org.sluice.testkit.console;

import org.jspecify.annotations.NullMarked;
