package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionUri;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakePeekTransport;

/**
 * What every application that listens must bear: peers that come, send anything, stop reading, close or vanish at any
 * moment, transports that go, and being detached. It may not throw, and leaves nothing behind. An author extends it and
 * says how the application is made and where it listens; a fake transport takes the place of the one in the URI.
 */
public abstract class ApplicationContract {
  private static final int[] DATA_WORKERS = {0, 2};
  private static final int FIFO_BYTES = 8 << 10;

  /** For subclasses. */
  protected ApplicationContract() {}

  /**
   * Makes the application.
   *
   * @param host what its plugin is given
   * @return a new application, not attached yet
   */
  protected abstract Application subject(HostServices host);

  /**
   * Where it listens once it is attached.
   *
   * @return a URI with a loopback address, as a peer would type it
   */
  protected abstract String uri();

  /**
   * The keys of the plugin's {@code reference.conf} with values.
   *
   * @return by dotted path; empty by default
   */
  protected Map<String, Object> configuration() {
    return Map.of();
  }

  /**
   * How long the application may take to let go.
   *
   * @return virtual time
   */
  protected Duration settleTime() {
    return Duration.ofSeconds(5);
  }

  /**
   * How many orders of turns are tried.
   *
   * @return seeds for each behaviour and number of workers
   */
  protected int seeds() {
    return 3;
  }

  /** One stack with the application under test and a peer. */
  private final class World {
    final long seed;
    final Simulation simulation;
    final TestHost host;
    final TestHost transportHost;
    final PluginScope peers;
    final CallbackWatch watch = new CallbackWatch();
    final RecordingApplication peer = new RecordingApplication();
    private ApplicationContext context;

    World(long seed, int dataWorkers) {
      this.seed = seed;
      simulation = new Simulation(seed, dataWorkers);
      host = simulation.host("subject", configuration());
      transportHost = simulation.host("transport", Map.of());
      peers = simulation.stack().scope("peers");
      String protocol = SessionUri.parse(uri()).protocol();
      simulation.await(() ->
          transportHost.scope().registerTransport(new FakePeekTransport(transportHost, protocol)));
      context = attach();
      AttachOptions options = AttachOptions.named("contract-peer")
          .with().scopes(Scope.GLOBAL).fifoBytes(FIFO_BYTES, FIFO_BYTES).build();
      simulation.await(() -> peers.applications().attach(peer, options));
    }

    ApplicationContext attach() {
      Application application = watch.watch(simulation.get(0, () -> subject(host)));
      return simulation.await(() -> host.applications().attach(application, application.options()));
    }

    void reattach() {
      simulation.await(() -> context.detach());
      context = attach();
    }

    void connect() {
      simulation.on(0, () -> peer.context().connect(uri(), 0));
    }

    void each(Consumer<Session> action) {
      for (RecordingApplication.Log log : peer.logs()) {
        Session session = log.session();
        if (session.handle() >= 0) {
          simulation.on(Handle.worker(session.handle()), () -> action.accept(session));
        }
      }
    }

    void steps(long count) {
      for (long i = 0; i < count; i++) {
        simulation.runtime().step();
      }
    }

    void settle() {
      simulation.advance(settleTime());
    }

    /** The peers are gone: the application must have let go of their sessions by itself. */
    void requireLetGo() {
      each(Session::reset);
      settle();
      watch.sessions().forEach((handle, events) -> assertThat(events)
          .as("callbacks of %s, whose peer is gone: the application must close it", Handle.text(handle))
          .endsWith("cleanup SESSION"));
    }

    void end() {
      simulation.await(() -> context.detach());
      simulation.await(() -> peer.context().detach());
      settle();
      simulation.requireNothingLeft();
      assertThat(watch.thrown()).as("thrown by the application").isEmpty();
      watch.sessions().values().forEach(CallbackOrder::check);
    }
  }

  private void everywhere(Consumer<World> behaviour) {
    for (int dataWorkers : DATA_WORKERS) {
      for (long seed = 1; seed <= seeds(); seed++) {
        try {
          World world = new World(seed, dataWorkers);
          behaviour.accept(world);
          world.end();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              "with " + (1 + dataWorkers) + " workers and seed " + seed + ": " + e.getMessage(), e);
        }
      }
    }
  }

  @Test
  void attached_application_takes_a_session_at_its_uri() {
    everywhere(w -> {
      w.connect();
      w.settle();
      assertThat(w.peer.connects()).contains("connected 0");
    });
  }

  @Test
  void attach_and_detach_can_be_repeated() {
    everywhere(w -> {
      for (int i = 0; i < 4; i++) {
        w.connect();
        w.steps(3L * i);
        w.reattach();
      }
    });
  }

  @Test
  void peer_that_closes_at_once_is_let_go() {
    everywhere(w -> {
      w.peer.onOpen(Session::close);
      w.connect();
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void peer_that_resets_at_any_moment_is_let_go() {
    everywhere(w -> {
      for (int i = 0; i < 20; i++) {
        w.connect();
        w.steps(i);
        w.each(Session::reset);
      }
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void peer_that_half_closes_is_let_go() {
    everywhere(w -> {
      w.peer.onOpen(Session::shutdown);
      w.connect();
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void peer_that_sends_noise_is_borne() {
    everywhere(w -> {
      w.connect();
      w.settle();
      w.each(new DataPump(w.seed, 5000, 1000, s -> {}));
      w.settle();
      w.each(w.seed % 2 == 0 ? Session::close : Session::reset);
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void peer_that_stops_reading_is_borne() {
    everywhere(w -> {
      DataPump pump = new DataPump(w.seed, 200_000, 1000, s -> {});
      w.peer.onOpen(pump).onWritable(pump).onReadable(s -> {});
      w.connect();
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void detach_at_any_moment_leaves_nothing() {
    everywhere(w -> {
      for (int i = 0; i < 5; i++) {
        w.connect();
      }
      w.each(new DataPump(w.seed, 5000, 1000, s -> {}));
      w.steps(10 * w.seed);
      w.reattach();
    });
  }

  @Test
  void transport_that_goes_takes_the_sessions_along() {
    everywhere(w -> {
      w.connect();
      w.settle();
      w.simulation.await(w.transportHost::revoke);
      w.settle();
      w.requireLetGo();
    });
  }

  @Test
  void many_peers_in_random_order_are_borne() {
    everywhere(w -> {
      SplittableRandom random = new SplittableRandom(w.seed);
      for (int i = 0; i < 100; i++) {
        w.connect();
        w.steps(random.nextInt(10));
        List<RecordingApplication.Log> logs = w.peer.logs();
        if (!logs.isEmpty()) {
          Session session = logs.get(random.nextInt(logs.size())).session();
          int what = random.nextInt(4);
          if (session.handle() >= 0) {
            w.simulation.on(Handle.worker(session.handle()), () -> act(session, what));
          }
        }
      }
      w.settle();
      w.requireLetGo();
    });
  }

  private static void act(Session session, int what) {
    switch (what) {
      case 0 -> session.close();
      case 1 -> session.reset();
      case 2 -> session.shutdown();
      default -> session.write(new byte[500], 0, 500);
    }
  }
}
