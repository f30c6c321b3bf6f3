package org.sluice.testkit.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/** The calls of a transport: how many of each function, and the last ones in order. Takes no more memory with time. */
final class CallLog {
  private static final int KEPT = 1 << 10;

  private final String[] functions = new String[KEPT];
  private final long[] handles = new long[KEPT];
  private final Map<String, long[]> counts = new HashMap<>();
  private long total;

  void add(String function, @Nullable TransportConnection connection) {
    int place = (int) (total++ % KEPT);
    functions[place] = function;
    handles[place] = connection == null ? Handle.INVALID : connection.handle();
    counts.computeIfAbsent(function, f -> new long[1])[0]++;
  }

  long total() {
    return total;
  }

  long count(String function) {
    long[] count = counts.get(function);
    return count == null ? 0 : count[0];
  }

  List<String> last() {
    List<String> texts = new ArrayList<>();
    for (long call = Math.max(0, total - KEPT); call < total; call++) {
      int place = (int) (call % KEPT);
      texts.add(functions[place] + " " + (handles[place] < 0 ? "" : Handle.text(handles[place])));
    }
    return texts;
  }
}
