package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.StackLimits;
import org.sluice.core.segment.SharedSegment;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;

/** Where the memory of local sessions lies, over any life of applications and sessions: L02. */
class SegmentRangesTest {
  private static final int STEPS = 150;
  private static final int MAX_CLIENTS = 5;
  private static final int CLAIM_BYTES = 3000;
  private static final List<String> URIS = List.of("ct://127.0.0.1:7", "ct://127.0.0.1:8");

  /** Addresses from start to end, which is the first behind it. */
  private record Range(String name, long start, long end) {
    static Range of(String name, MemorySegment memory, long offset, long length) {
      return new Range(name, memory.address() + offset, memory.address() + offset + length);
    }

    boolean contains(Range inner) {
      return start <= inner.start && inner.end <= end;
    }
  }

  /** Room in the tx FIFO of a session, open while others are opened. */
  private record Claim(Session session, WriteView view, Range range) {}

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 2", "0, 3", "1, 4", "1, 5", "3, 6", "3, 7", "3, 8", "3, 9"})
  void L02_segments_of_all_applications_and_all_that_is_in_them_never_overlap(int dataWorkers, long seed) {
    new Walk(dataWorkers, seed).run();
  }

  @Test
  void an_overlap_would_be_noticed() {
    Range first = new Range("first", 100, 200);
    assertDisjoint(List.of(new Range("behind", 200, 300), first));
    assertThatThrownBy(() -> assertDisjoint(List.of(new Range("inside", 199, 250), first)))
        .isInstanceOf(AssertionError.class).hasMessageContainingAll("first", "inside");
  }

  private static void assertDisjoint(List<Range> ranges) {
    List<Range> sorted = ranges.stream().sorted(Comparator.comparingLong(Range::start)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Range lower = sorted.get(i - 1);
      Range upper = sorted.get(i);
      assertThat(lower.end).as("%s must end before %s", lower, upper).isLessThanOrEqualTo(upper.start);
    }
  }

  /** Applications come and go, sessions open, carry data and close; the seed decides. */
  private static final class Walk {
    private final SplittableRandom random;
    private final LocalHost host;
    private final List<Probe> servers = new ArrayList<>();
    private final List<Probe> clients = new ArrayList<>();
    private final Map<Probe, List<Long>> sessions = new HashMap<>();
    private final String name;
    private int attached;
    private int claims;

    Walk(int dataWorkers, long seed) {
      random = new SplittableRandom(seed);
      host = new LocalHost(dataWorkers, StackLimits.DEFAULT, 1 << 10, seed);
      name = "seed " + seed + ", " + dataWorkers + " data workers";
      for (String uri : List.of(LocalHost.LISTEN, "ct://0.0.0.0:8")) {
        Probe server = attach("server-" + uri.substring(uri.length() - 1));
        host.listen(server, uri);
        servers.add(server);
      }
    }

    private Probe attach(String application) {
      Probe probe = new Probe(application);
      List<Long> handles = new ArrayList<>();
      sessions.put(probe, handles);
      probe.onAccept = session -> {
        handles.add(session.handle());
        return AcceptDecision.ACCEPT;
      };
      probe.onConnected = session -> handles.add(session.handle());
      probe.onDisconnected = Session::close;
      probe.onReset = Session::close;
      host.attach(probe);
      return probe;
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        host.settle();
        check();
      }
      assertThat(claims).as("%s: claims that were looked at", name).isGreaterThan(STEPS);
      clients.forEach(host::detach);
      servers.forEach(host::detach);
      host.assertNothingLeft();
    }

    private void step() {
      int choice = random.nextInt(10);
      if (clients.isEmpty() || choice == 0 && clients.size() < MAX_CLIENTS) {
        clients.add(attach("client-" + ++attached));
      } else if (choice < 6) {
        Probe client = clients.get(random.nextInt(clients.size()));
        String uri = URIS.get(random.nextInt(URIS.size()));
        assertThat(host.main(() -> client.context().connect(uri, 0))).isEqualTo(SessionError.NONE);
      } else if (choice < 8) {
        List<Session> open = open(clients.get(random.nextInt(clients.size())));
        if (!open.isEmpty()) {
          Session session = open.get(random.nextInt(open.size()));
          byte[] data = new byte[1 + random.nextInt(20_000)];
          host.at(session, () -> session.write(data, 0, data.length));
        }
      } else if (choice == 8) {
        Probe client = clients.get(random.nextInt(clients.size()));
        open(client).forEach(session -> host.at(session, session::close));
        host.settle();
        if (random.nextBoolean()) {
          host.letSegmentsGo();
        }
      } else {
        host.detach(clients.remove(random.nextInt(clients.size())));
      }
    }

    /** By their handles, because the objects of sessions that are gone serve others. */
    private List<Session> open(Probe probe) {
      List<Session> found = new ArrayList<>();
      for (long handle : Objects.requireNonNull(sessions.get(probe))) {
        host.on(Handle.worker(handle), () -> {
          Session session = probe.context().session(handle);
          if (session != null && session.state() == SessionState.READY) {
            found.add(session);
          }
        });
      }
      return found;
    }

    private void check() {
      List<Range> segments = host.segments.stream().filter(segment -> !segment.isReleased()).map(Walk::range).toList();
      assertDisjoint(segments);
      Map<Long, Range> shared = sharedByHandle();
      assertThat(segments).as(name).containsAll(shared.values());
      List<Claim> open = new ArrayList<>();
      servers.forEach(server -> claimAll(server, shared, open));
      clients.forEach(client -> claimAll(client, shared, open));
      assertDisjoint(open.stream().map(Claim::range).toList());
      claims += open.size();
      open.forEach(claim -> host.at(claim.session, claim.view::abort));
    }

    /** Opens views of what the application would write next: they lie in segments that it was told of. */
    private void claimAll(Probe probe, Map<Long, Range> shared, List<Claim> open) {
      assertThat(shared.keySet()).as("%s: what %s was told of", name, probe.name).containsAll(probe.segments);
      List<Range> told = probe.segments.stream().map(handle -> Objects.requireNonNull(shared.get(handle))).toList();
      for (Session session : open(probe)) {
        host.at(session, () -> {
          WriteView view = session.tx().claim(CLAIM_BYTES);
          if (view != null) {
            Range range = Range.of(probe.name + " " + Handle.text(session.handle()), view.memory(), view.offset(),
                view.length());
            assertThat(told).as("%s: segments around %s", name, range)
                .filteredOn(segment -> segment.contains(range)).hasSize(1);
            open.add(new Claim(session, view, range));
          }
        });
      }
    }

    private Map<Long, Range> sharedByHandle() {
      Map<Long, Range> found = new HashMap<>();
      for (int i = 0; i < host.stack.workers().count(); i++) {
        int worker = i;
        host.on(worker, () -> host.stack.applicationLayer().localSegments(worker)
            .forEach(segment -> found.put(segment.handle(), range(segment))));
      }
      return found;
    }

    private static Range range(SharedSegment segment) {
      return range(segment.memory());
    }

    private static Range range(Segment segment) {
      return Range.of("segment", segment.memory(), 0, segment.sizeBytes());
    }
  }
}
