/** What a host of Sluice needs of the machine it runs on, and what mends what is missing. */
@NullMarked
package org.sluice.host.doctor;

import org.jspecify.annotations.NullMarked;
