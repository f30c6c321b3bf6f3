package org.sluice.plugin.http.server;

import java.util.concurrent.atomic.LongAdder;
import org.sluice.plugin.http.resource.DocumentRoot;

/**
 * What the sessions of one listener have in common. Immutable but for the counts.
 *
 * @param uri where it listens
 * @param root what it serves
 * @param requests answered so far
 * @param bytes of files sent so far
 */
record Site(String uri, DocumentRoot root, LongAdder requests, LongAdder bytes) {
  Site(String uri, DocumentRoot root) {
    this(uri, root, new LongAdder(), new LongAdder());
  }
}
