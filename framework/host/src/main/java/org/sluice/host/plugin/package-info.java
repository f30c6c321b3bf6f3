/**
 * Plugins: jars are vetted first ({@link org.sluice.host.plugin.Vetting}), so that one bad jar never stops another,
 * then handed to PF4J in dependency order and started one by one ({@link org.sluice.host.plugin.Plugins}). Each start
 * of a plugin makes its extensions anew, by an injector of its own where their constructors ask for more than the
 * host's services and each other; everything it registers is taken back when it stops.
 *
 * <p>Thread model: the boot thread and console threads call {@code Plugins}, which lets one in at a time, because
 * PF4J's managers are not thread-safe. Constructors and life cycles of plugins run on that thread.
 */
@NullMarked
package org.sluice.host.plugin;

import org.jspecify.annotations.NullMarked;
