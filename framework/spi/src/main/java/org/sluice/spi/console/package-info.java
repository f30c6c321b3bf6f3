/**
 * Commands for people and scripts: a plugin adds a {@link org.sluice.spi.console.ConsoleCommand} and its rows appear as
 * text, or as JSON with {@code --json}, on the terminal and through {@code sluice ctl}.
 *
 * <p>Thread model: commands run on a console thread; they may block, and read workers by {@code Workers.query}.
 */
@NullMarked
package org.sluice.spi.console;

import org.jspecify.annotations.NullMarked;
