package org.sluice.plugin.http.server;

import java.util.concurrent.atomic.LongAdder;
import org.sluice.plugin.http.resource.DocumentRoot;

/**
 * What the sessions of one listener have in common. Immutable but for the counts.
 *
 * @param root what it serves
 * @param requests answered so far
 * @param bytes of files sent so far
 */
record Site(DocumentRoot root, LongAdder requests, LongAdder bytes) {
  Site(DocumentRoot root) {
    this(root, new LongAdder(), new LongAdder());
  }
}
