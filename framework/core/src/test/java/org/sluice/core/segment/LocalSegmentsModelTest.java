package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.eager;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.segment.LocalFixture.Link;
import org.sluice.core.segment.LocalFixture.User;

/** Applications that connect to each other, close either end first, and detach at any time, against plain counting. */
final class LocalSegmentsModelTest {
  private static final int STEPS = 1_000;
  private static final int USERS = 4;

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void counts_and_news_agree_with_the_model(long seed) {
    for (long lingerNs : new long[] {0, LocalFixture.LINGER_NS}) {
      Run run = new Run(seed, lingerNs);
      for (int step = 0; step < STEPS; step++) {
        run.context = "seed " + seed + ", linger " + lingerNs + ", step " + step;
        run.step();
        run.check();
      }
      run.context = "seed " + seed + ", linger " + lingerNs + ", end";
      run.end();
    }
  }

  /** One pair with the ends that have not left. */
  private static final class Session {
    final Link link;
    boolean client = true;
    boolean server = true;

    Session(Link link) {
      this.link = link;
    }
  }

  private static final class Run {
    private final SegmentOptions options = eager(64 * KIB, 96 * KIB, 3, 8 * KIB);
    private final LocalFixture local;
    private final RandomGenerator random;
    private final FifoPair out = new FifoPair();
    private final User[] users = new User[USERS];
    private final Set<User> everybody = new HashSet<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Set<SharedSegment> detached = new HashSet<>();
    private long nextHandle;
    private String context = "";

    Run(long seed, long lingerNs) {
      random = new SplittableRandom(seed);
      local = new LocalFixture(lingerNs);
      for (int i = 0; i < USERS; i++) {
        attach(i);
      }
    }

    private void attach(int place) {
      users[place] = local.user("u" + nextHandle, nextHandle++);
      everybody.add(users[place]);
    }

    void step() {
      int choice = random.nextInt(20);
      if (choice == 0) {
        int place = random.nextInt(USERS);
        detach(users[place]);
        attach(place);
      } else if (choice == 1) {
        local.advance(random.nextLong(LocalFixture.LINGER_NS));
      } else if (choice < 11) {
        connect(users[random.nextInt(USERS)], users[random.nextInt(USERS)]);
      } else if (!sessions.isEmpty()) {
        leave(sessions.get(random.nextInt(sessions.size())));
      }
    }

    private void connect(User client, User server) {
      if (local.segments.acquire(client.end, server.end, options, out) != 0) {
        return;
      }
      Session session = new Session(new Link(out));
      SharedSegment segment = session.link.segment;
      assertThat(detached).as(context).doesNotContain(segment);
      assertThat(segment.client()).as(context).isSameAs(client.end);
      assertThat(segment.server()).as(context).isSameAs(server.end);
      assertThat(client.recorder.live).as(context).contains(segment);
      assertThat(server.recorder.live).as(context).contains(segment);
      sessions.add(session);
    }

    private void leave(Session session) {
      boolean clientFirst = session.client && (!session.server || random.nextBoolean());
      if (session.client != session.server) {
        session.link.abandonFifos();
        sessions.remove(session);
      }
      if (clientFirst) {
        session.client = false;
        session.link.releaseClient();
      } else {
        session.server = false;
        session.link.releaseServer();
      }
    }

    private void detach(User user) {
      for (Session session : sessions) {
        SharedSegment segment = session.link.segment;
        if (segment.client().handle() == user.handle() || segment.server().handle() == user.handle()) {
          detached.add(segment);
        }
      }
      local.segments.detach(user.handle());
    }

    void check() {
      Set<SharedSegment> present = new HashSet<>();
      local.segments.forEach(present::add);
      Map<SharedSegment, int[]> counts = new HashMap<>();
      for (Session session : sessions) {
        int[] count = counts.computeIfAbsent(session.link.segment, s -> new int[2]);
        count[0] += session.client ? 1 : 0;
        count[1] += session.server ? 1 : 0;
      }
      assertThat(present.containsAll(counts.keySet())).as(context).isTrue();
      long bytes = 0;
      for (SharedSegment segment : present) {
        int[] count = counts.getOrDefault(segment, new int[2]);
        assertThat(segment.clientSessions()).as(context).isEqualTo(count[0]);
        assertThat(segment.serverSessions()).as(context).isEqualTo(count[1]);
        assertThat(segment.isEmpty() && detached.contains(segment)).as(context).isFalse();
        bytes += segment.client().equals(segment.server()) ? segment.chargedBytes() : 2 * segment.chargedBytes();
      }
      assertThat(everybody.stream().mapToLong(u -> u.end.budget().bytes()).sum()).as(context).isEqualTo(bytes);
      assertThat(local.stack.registry.size()).as(context).isEqualTo(present.size());
      for (User user : users) {
        assertThat(Set.copyOf(user.recorder.live)).as(context).isEqualTo(segmentsOf(user, present));
      }
    }

    private static Set<ManagedSegment> segmentsOf(User user, Set<SharedSegment> present) {
      Set<ManagedSegment> own = new HashSet<>();
      for (SharedSegment segment : present) {
        if (segment.client().handle() == user.handle() || segment.server().handle() == user.handle()) {
          own.add(segment);
        }
      }
      return own;
    }

    void end() {
      while (!sessions.isEmpty()) {
        leave(sessions.getLast());
      }
      local.advance(2 * LocalFixture.LINGER_NS);
      check();
      assertThat(local.stack.registry.size()).as(context).isZero();
      for (User user : everybody) {
        assertThat(user.end.budget().bytes()).as(context).isZero();
      }
    }
  }
}
