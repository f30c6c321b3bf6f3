package org.sluice.spi.console;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.NamespacedListeners;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;

/**
 * The words {@code namespace NAME [secret N]} at the end of a command that listens or connects: in which namespace it
 * does. Without them that is the default namespace.
 *
 * <pre>{@code
 * NamespaceWords place = NamespaceWords.parse(words, 2); // A path and a URI come first, whatever they look like.
 * require(place.before().size() == 2);
 * services.applications().attach(client, place.in(AttachOptions.named("client")));
 * }</pre>
 *
 * @param before the words before them
 * @param isGiven whether they were typed
 * @param namespace the id, {@link AttachOptions#DEFAULT_NAMESPACE} when they were not
 * @param secret the secret, 0 for none
 */
public record NamespaceWords(List<String> before, boolean isGiven, String namespace, long secret) {
  /** For the synopsis of a command that enters a namespace. */
  public static final String SYNOPSIS = "[namespace NAME [secret N]]";
  /** For the synopsis of a command that only names one, see {@link #parseName}. */
  public static final String NAME_SYNOPSIS = "[namespace NAME]";

  private static final String NAMESPACE = "namespace";
  private static final String SECRET = "secret";

  /** Copies the list. */
  public NamespaceWords {
    before = List.copyOf(before);
  }

  /**
   * Reads the words of a command that enters a namespace.
   *
   * @param words all words after the name of the command
   * @param first how many of them come before in any case, so that a file may be called {@code namespace}
   * @return the words, those before them apart
   * @throws CommandException when a word after {@code namespace} is missing, wrong or too much: the message says which
   */
  public static NamespaceWords parse(List<String> words, int first) throws CommandException {
    return parse(words, first, true);
  }

  /**
   * Reads the words of a command that only says which namespace it means, so that a secret is none of its words.
   *
   * @param words all words after the name of the command
   * @param first how many of them come before in any case
   * @return the words, those before them apart
   * @throws CommandException see {@link #parse}
   */
  public static NamespaceWords parseName(List<String> words, int first) throws CommandException {
    return parse(words, first, false);
  }

  private static NamespaceWords parse(List<String> words, int first, boolean enters) throws CommandException {
    int at = place(words, first);
    if (at < 0) {
      return new NamespaceWords(words, false, AttachOptions.DEFAULT_NAMESPACE, 0);
    }
    List<String> rest = words.subList(at + 1, words.size());
    if (rest.isEmpty()) {
      throw wrong("it needs a name", enters);
    }
    long secret = 0;
    int used = 1;
    if (enters && rest.size() > used && rest.get(used).equals(SECRET)) {
      if (rest.size() == ++used) {
        throw wrong("'secret' needs a number", true);
      }
      String number = rest.get(used++);
      secret = secret(number).orElseThrow(() -> wrong("'" + number + "' is not a number of 64 bits", true));
    }
    if (rest.size() > used) {
      throw wrong("'" + rest.get(used) + "' is not known behind it", enters);
    }
    return new NamespaceWords(words.subList(0, at), true, rest.getFirst(), secret);
  }

  private static int place(List<String> words, int first) {
    for (int i = first; i < words.size(); i++) {
      if (words.get(i).equals(NAMESPACE)) {
        return i;
      }
    }
    return -1;
  }

  private static CommandException wrong(String what, boolean enters) {
    String synopsis = enters ? SYNOPSIS : NAME_SYNOPSIS;
    return CommandException.usage("namespace: " + what + "; a command ends with "
        + synopsis.substring(1, synopsis.length() - 1) + ", and a text with such a word is put in quotes");
  }

  /**
   * Reads a secret as all commands do.
   *
   * @param word decimal with or without sign, or 0x and hexadecimal
   * @return the number; empty for what is none of 64 bits
   */
  public static OptionalLong secret(String word) {
    try {
      return OptionalLong.of(word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16)
          : word.startsWith("-") ? Long.parseLong(word) : Long.parseUnsignedLong(word));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * What may come next in a command that enters a namespace, for {@link ConsoleCommand#complete}.
   *
   * @param words see there
   * @param first see {@link #parse}
   * @param options what may come as well, before the word {@code namespace}
   * @return those that begin like the last word
   */
  public static List<String> complete(List<String> words, int first, List<String> options) {
    if (words.size() <= first) {
      return List.of();
    }
    int at = place(words.subList(0, words.size() - 1), first);
    Stream<String> candidates = at < 0 ? Stream.concat(options.stream(), Stream.of(NAMESPACE))
        : words.size() == at + 3 ? Stream.of(SECRET) : Stream.of();
    return candidates.filter(candidate -> candidate.startsWith(words.getLast())).toList();
  }

  /**
   * What may come next in a command that ends a listener: its URI, and one of the namespaces where that is listened on.
   *
   * @param words see {@link ConsoleCommand#complete}
   * @param listeners among which
   * @return those that begin like the last word
   */
  public static List<String> complete(List<String> words, NamespacedListeners<?> listeners) {
    Stream<String> candidates = switch (words.size()) {
      case 1 -> listeners.all().stream().map(NamespacedListeners.Listening::uri);
      case 2 -> Stream.of(NAMESPACE);
      case 3 -> listeners.all().stream().filter(listening -> listening.uri().equals(words.getFirst()))
          .map(NamespacedListeners.Listening::namespace);
      default -> Stream.of();
    };
    return candidates.filter(candidate -> candidate.startsWith(words.getLast())).distinct().sorted().toList();
  }

  /**
   * Options of an application that lives there.
   *
   * @param options with any namespace
   * @return the same with this one
   */
  public AttachOptions in(AttachOptions options) {
    return options.with().namespace(namespace, secret).build();
  }

  /**
   * The one listener that is meant by its URI: of any namespace, unless one was given.
   *
   * @param listeners among which
   * @param uri what it listens on
   * @param kind what to call it, in one word
   * @param shownBy the command that lists them
   * @param <L> what the plugin knows of a listener
   * @return the listener
   * @throws CommandException when there is none, or more than one
   */
  public <L> NamespacedListeners.Listening<L> choose(
      NamespacedListeners<L> listeners, String uri, String kind, String shownBy) throws CommandException {
    List<NamespacedListeners.Listening<L>> found = listeners.all().stream()
        .filter(listening -> listening.uri().equals(uri) && (!isGiven || listening.namespace().equals(namespace)))
        .toList();
    if (found.isEmpty()) {
      throw CommandException.failure("no " + kind + " listens on " + uri
          + (isGiven ? " in namespace '" + namespace + "'" : "") + "; '" + shownBy + "' lists them");
    }
    if (found.size() > 1) {
      throw CommandException.failure("a " + kind + " listens on " + uri + " in each of the namespaces "
          + String.join(", ", found.stream().map(NamespacedListeners.Listening::namespace).sorted().toList())
          + "; add 'namespace NAME'");
    }
    return found.getFirst();
  }

  /**
   * What a command fails with when attaching or listening failed.
   *
   * @param thrown what the future completed with, wrapped or not
   * @return its message, with what to do about the namespace when that is the matter
   */
  public static CommandException failure(Throwable thrown) {
    Throwable cause = (thrown instanceof ExecutionException || thrown instanceof CompletionException)
        && thrown.getCause() != null ? thrown.getCause() : thrown;
    String remedy = cause instanceof SessionException refused ? remedy(refused.error()) : "";
    return CommandException.failure(cause.getMessage() + (remedy.isEmpty() ? "" : "; " + remedy));
  }

  /**
   * What an operator can do about a namespace that could not be entered.
   *
   * @param error the error
   * @return the rest of a sentence that names it; empty for any other error
   */
  public static String remedy(SessionError error) {
    return switch (error) {
      case INVALID_NS -> "'show app ns' lists the namespaces and what they are bound to";
      case WRONG_NS_SECRET -> "say 'secret N' behind the namespace, with the number that 'app ns add' gave it";
      default -> "";
    };
  }
}
