package org.sluice.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.host.problem.Nearest;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;

/**
 * Reads the operator's configuration in two steps, because the plugins' reference files, which it is checked against,
 * are found through a key of its own: first the file is parsed, then everything is checked together.
 */
public final class ConfigurationLoader {
  private static final String REFERENCE = "/org/sluice/host/reference.conf";

  private final Config surroundings;
  private final List<Problem> problems = new ArrayList<>();
  private Config file = ConfigFactory.empty();
  private Config options = ConfigFactory.empty();

  /**
   * Parses the file and the options.
   *
   * @param home what {@code ${sluice.home}} stands for
   * @param configuration the file, null for {@code conf/sluice.conf} of the home if it is there
   * @param assignments {@code key=value} each, stronger than the file
   */
  public ConfigurationLoader(Path home, @Nullable Path configuration, List<String> assignments) {
    surroundings = ConfigFactory.empty()
        .withValue("sluice.home", ConfigValueFactory.fromAnyRef(home.toString(), "the folder of the distribution"));
    Path usual = home.resolve("conf/sluice.conf");
    if (configuration != null) {
      parse(configuration);
    } else if (Files.exists(usual)) {
      parse(usual);
    }
    assignments.forEach(this::assign);
  }

  private void parse(Path path) {
    try (Reader reader = Files.newBufferedReader(path)) {
      reader.read();
    } catch (IOException e) {
      problems.add(new Problem("CFG-001", path.toString(), "the file cannot be read: " + e,
          "give a readable UTF-8 file with --config"));
      return;
    }
    try {
      file = ConfigFactory.parseFile(path.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      problems.add(syntax(path.toString(), e));
    }
  }

  private void assign(String assignment) {
    int equals = assignment.indexOf('=');
    String key = equals < 0 ? assignment : assignment.substring(0, equals).strip();
    String place = "--set " + key;
    try {
      if (equals < 0) {
        throw new IllegalArgumentException("there is no '='");
      }
      options = options.withValue(key, value(assignment.substring(equals + 1).strip(), place));
    } catch (ConfigException | IllegalArgumentException e) {
      problems.add(new Problem("CFG-008", "--set " + assignment, Objects.toString(e.getMessage()), "give KEY=VALUE"));
    }
  }

  /**
   * Lists, sections and texts in double quotes are HOCON, as in the file; all else is taken as it is, so that nothing
   * in it needs quotes.
   */
  private static ConfigValue value(String text, String place) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    if (quoted || text.startsWith("[") || text.startsWith("{")) {
      ConfigParseOptions origin = ConfigParseOptions.defaults().setOriginDescription(place);
      return ConfigFactory.parseString("value = " + text, origin).getValue("value");
    }
    return ConfigValueFactory.fromAnyRef(text, place);
  }

  /**
   * The value of one of the host's own keys before everything is checked; its default when it is not right.
   *
   * @param key a text key
   */
  public Optional<String> early(String key) {
    try {
      Config merged = merge(reference(), file);
      return merged.hasPath(key) ? Optional.of(merged.getString(key)) : Optional.empty();
    } catch (ConfigException e) {
      Config defaults = merge(reference(), ConfigFactory.empty());
      return defaults.hasPath(key) ? Optional.of(defaults.getString(key)) : Optional.empty();
    }
  }

  /**
   * The same for a list of texts.
   *
   * @return empty when it is no such list
   */
  public Optional<List<String>> earlyTexts(String key) {
    try {
      return Optional.of(merge(reference(), file).getStringList(key));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private Config merge(Config references, Config operators) {
    return options.withFallback(operators).withFallback(references).withFallback(surroundings).resolve();
  }

  /**
   * Checks everything.
   *
   * @param plugins the reference files of the plugins that may start
   * @param refused ids of plugins that may not: what is said about them cannot be checked
   * @throws ProblemsException when anything is wrong; names all of it
   */
  public Settings check(List<SectionReference> plugins, Set<String> refused) throws ProblemsException {
    Config references = reference();
    Schema schema = new Schema();
    schema.add(references.root());
    // Also where no plugin has keys: one that has may come later.
    schema.add(ConfigFactory.parseString("plugins {}").root());
    for (SectionReference plugin : plugins) {
      references = references.withFallback(plugin.config());
      schema.add(plugin.config().root());
    }
    Config merged = surroundings;
    List<Problem> warnings = new ArrayList<>();
    try {
      merged = merge(references, file);
      for (Config layer : List.of(resolved(file, merged), resolved(options, merged))) {
        schema.check(layer.root(), unchecked(layer, plugins, refused, warnings), problems);
      }
    } catch (ConfigException e) {
      problems.add(new Problem("CFG-007", place("configuration", e), message(e), "define what it refers to"));
    }
    if (!problems.isEmpty()) {
      throw new ProblemsException("The configuration is wrong, so the host did not start:", problems);
    }
    return new Settings(merged, resolved(options.withFallback(file), merged), schema.keys(), warnings);
  }

  /** What an operator wrote, with what it refers to. */
  private static Config resolved(Config layer, Config merged) {
    try {
      return layer.resolveWith(merged);
    } catch (ConfigException.BugOrBroken e) {
      // The library finds what a list is added to (+=) nowhere but in the file that adds to it.
      return layer.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true)).resolveWith(merged);
    }
  }

  /**
   * All keys that the host and these plugins know.
   *
   * @param plugins their reference files
   */
  public static KeyTable keys(List<SectionReference> plugins) {
    Schema schema = new Schema();
    schema.add(reference().root());
    plugins.forEach(plugin -> schema.add(plugin.config().root()));
    return schema.keys();
  }

  /** A section for a plugin that is not there is left alone, unless it looks like a mistyped one. */
  private static Set<String> unchecked(
      Config layer, List<SectionReference> plugins, Set<String> refused, List<Problem> warnings) {
    Set<String> unchecked = new HashSet<>();
    if (!(layer.root().get("plugins") instanceof ConfigObject sections)) {
      return unchecked;
    }
    List<String> ids = plugins.stream().map(SectionReference::pluginId).toList();
    for (var entry : sections.entrySet()) {
      String id = entry.getKey();
      String section = SectionReference.sectionOf(id);
      if (refused.contains(id)) {
        unchecked.add(section);
      } else if (!ids.contains(id) && Nearest.to(id, ids).isEmpty()) {
        unchecked.add(section);
        if (!(entry.getValue() instanceof ConfigObject object) || !object.toConfig().isEmpty()) {
          warnings.add(new Problem("CFG-006", Values.place(entry.getValue().origin()),
              section + " is for a plugin that is not there", "add its jar or remove the section"));
        }
      }
    }
    return unchecked;
  }

  private static Config reference() {
    try (InputStream stream = Objects.requireNonNull(
        ConfigurationLoader.class.getResourceAsStream(REFERENCE), "the jar of the host is damaged: no " + REFERENCE)) {
      return ConfigFactory.parseReader(new InputStreamReader(stream, StandardCharsets.UTF_8),
          ConfigParseOptions.defaults().setOriginDescription("reference.conf of the host"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Problem syntax(String path, ConfigException e) {
    return new Problem("CFG-002", place(path, e), message(e), "mend the syntax: it is HOCON, a superset of JSON");
  }

  private static String place(String otherwise, ConfigException e) {
    ConfigOrigin origin = e.origin();
    return origin == null ? otherwise : Values.place(origin);
  }

  /** The exception's sentence without the place that the library puts in front of it. */
  private static String message(ConfigException e) {
    String message = Objects.toString(e.getMessage());
    ConfigOrigin origin = e.origin();
    String prefix = origin == null ? "" : origin.description() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }
}
