package org.sluice.spi.application;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin listens on, in any namespace. An application lives in one namespace, so there is one for each: the
 * plugin's own, which its host attaches and which tells of that by {@link #attached} and {@link #detached}, and for
 * every other namespace one that is attached when something is first listened on there, named like the own one with
 * {@code @NAMESPACE} behind. It stays until the plugin stops, its namespace is deleted or the session layer is turned
 * off. The sessions of all of them come to the same callbacks, which find their listener by {@link #get}.
 *
 * <p>Any context, unless a method says otherwise; nothing blocks.
 *
 * @param <L> what the plugin knows of a listener
 */
public final class NamespacedListeners<L> {
  private final Applications applications;
  private final AttachOptions options;
  private final SessionCallbacks callbacks;
  private final Consumer<ApplicationContext> left;
  private final Map<String, Resident> residents = new ConcurrentHashMap<>();
  private final Map<Long, Listening<L>> listeners = new ConcurrentHashMap<>();
  private final AtomicLong proofs = new AtomicLong();
  private @Nullable Resident own;

  /**
   * One listener.
   *
   * @param uri what it was asked to listen on
   * @param namespace where
   * @param context of the application that listens
   * @param handle the listener's
   * @param listener what the plugin knows of it
   * @param <L> its type
   */
  public record Listening<L>(String uri, String namespace, ApplicationContext context, long handle, L listener) {}

  /**
   * Makes it, with nothing attached.
   *
   * @param applications where further applications are attached, in the plugin's scope
   * @param options of the plugin's own application; those of the others but for name, namespace and secret
   * @param callbacks get the events of all sessions, on the workers that own them
   * @param left told, on worker 0, of each application that was detached, the own one too: no callback follows for its
   *     sessions, and its listeners are forgotten
   */
  public NamespacedListeners(Applications applications, AttachOptions options, SessionCallbacks callbacks,
      Consumer<ApplicationContext> left) {
    this.applications = applications;
    this.options = options;
    this.callbacks = callbacks;
    this.left = left;
  }

  /**
   * The plugin's own application was attached. Worker 0.
   *
   * @param context its context
   */
  public void attached(ApplicationContext context) {
    Resident resident = new Resident(options.namespace(), options.secret());
    resident.onAttached(context);
    resident.ready.complete(resident);
    residents.put(options.namespace(), resident);
    own = resident;
  }

  /** The plugin's own application was detached. Worker 0. */
  public void detached() {
    Resident leaving = own;
    own = null;
    if (leaving != null) {
      leaving.onDetached();
    }
  }

  /**
   * Listens in a namespace. Whoever gives another secret than the application there was attached with has to be right
   * about it, as if he attached one himself.
   *
   * @param namespace its id
   * @param secret its secret, 0 for none
   * @param uri see {@link SessionUri}
   * @param listener what the plugin knows of it
   * @return completes with the listener, or with a {@link SessionException}: see {@link Applications#attach} and {@link
   *     ApplicationContext#listen(String)}
   */
  public CompletableFuture<Listening<L>> listen(String namespace, long secret, String uri, L listener) {
    return resident(namespace, secret).thenCompose(resident -> resident.listen(uri, listener));
  }

  /**
   * Stops listening. Sessions that were accepted stay.
   *
   * @param listening what to end
   * @return completes with what has ended, or with a {@link SessionException}: see {@link ApplicationContext#unlisten}
   */
  public CompletableFuture<Listening<L>> unlisten(Listening<L> listening) {
    return listening.context().unlisten(listening.handle()).thenApply(_ -> {
      listeners.remove(listening.handle());
      return listening;
    });
  }

  /**
   * The listener of a session.
   *
   * @param handle {@code Session.listener()}
   * @return the listener; null when it was stopped, or a session is faster than the note of its listener
   */
  public @Nullable Listening<L> get(long handle) {
    return listeners.get(handle);
  }

  /**
   * All there are.
   *
   * @return a snapshot in no order
   */
  public List<Listening<L>> all() {
    return List.copyOf(listeners.values());
  }

  private CompletableFuture<Resident> resident(String namespace, long secret) {
    Resident fresh = new Resident(namespace, secret);
    Resident there = residents.putIfAbsent(namespace, fresh);
    if (there == null) {
      var _ = applications.attach(fresh, options(options.name() + '@' + namespace, namespace, secret))
          .whenComplete((_, failure) -> settle(fresh, failure));
      return fresh.ready;
    }
    // Who failed to attach was taken out before it said so: then it is our turn, with our own secret.
    return there.ready.exceptionallyCompose(_ -> resident(namespace, secret))
        .thenCompose(resident -> prove(resident, secret));
  }

  private void settle(Resident fresh, @Nullable Throwable failure) {
    if (failure == null) {
      fresh.ready.complete(fresh);
    } else {
      residents.remove(fresh.namespace, fresh);
      fresh.ready.completeExceptionally(failure);
    }
  }

  /** Secrets are known to the stack alone, which compares them when something is attached. */
  private CompletableFuture<Resident> prove(Resident resident, long secret) {
    if (resident.secret == secret) {
      return CompletableFuture.completedFuture(resident);
    }
    String name = options.name() + '@' + resident.namespace + '?' + proofs.incrementAndGet();
    return applications.attach(new Application() {}, options(name, resident.namespace, secret))
        .thenCompose(ApplicationContext::detach)
        .thenApply(_ -> {
          resident.secret = secret;
          return resident;
        });
  }

  private AttachOptions options(String name, String namespace, long secret) {
    return options.withName(name).namespace(namespace, secret).build();
  }

  /** The application of one namespace. */
  private final class Resident implements Application {
    final String namespace;
    final CompletableFuture<Resident> ready = new CompletableFuture<>();
    volatile long secret;
    private volatile boolean gone;
    private volatile @Nullable ApplicationContext context;

    Resident(String namespace, long secret) {
      this.namespace = namespace;
      this.secret = secret;
    }

    @Override
    public SessionCallbacks newWorker(int workerIndex) {
      return callbacks;
    }

    @Override
    public void onAttached(ApplicationContext attached) {
      context = attached;
    }

    @Override
    public void onDetached() {
      ApplicationContext leaving = context();
      gone = true;
      residents.remove(namespace, this);
      listeners.values().removeIf(listening -> listening.context().handle() == leaving.handle());
      left.accept(leaving);
    }

    CompletableFuture<Listening<L>> listen(String uri, L listener) {
      ApplicationContext current = context();
      return current.listen(uri).thenApply(handle -> {
        Listening<L> listening = new Listening<>(uri, namespace, current, handle, listener);
        listeners.put(handle, listening);
        if (gone) {
          listeners.remove(handle);
        }
        return listening;
      });
    }

    private ApplicationContext context() {
      return Objects.requireNonNull(context, "not attached");
    }
  }
}
