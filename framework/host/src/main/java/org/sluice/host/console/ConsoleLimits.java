package org.sluice.host.console;

import java.time.Duration;

/**
 * What clients of a {@link ConsoleServer} may take.
 *
 * @param connections how many there may be at a time
 * @param requestTimeout how long one may take to say what it wants
 */
public record ConsoleLimits(int connections, Duration requestTimeout) {}
