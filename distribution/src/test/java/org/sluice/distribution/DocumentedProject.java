package org.sluice.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that a page of docs/ shows: a name in backquotes at the end of a paragraph, then a code block. */
final class DocumentedProject {
  private static final Pattern FILE =
      Pattern.compile("`([^`\n]+)`:\n\n```(?:java|xml|hocon)\n(.*?)```", Pattern.DOTALL);

  private final Map<String, String> files = new LinkedHashMap<>();

  private DocumentedProject() {}

  static DocumentedProject of(String page) throws IOException {
    DocumentedProject project = new DocumentedProject();
    Matcher matcher = FILE.matcher(Files.readString(Path.of("../docs", page)));
    while (matcher.find()) {
      project.files.put(matcher.group(1), matcher.group(2));
    }
    return project;
  }

  String file(String name) {
    String text = files.get(name);
    if (text == null) {
      throw new IllegalArgumentException(name + " is not among " + files.keySet());
    }
    return text;
  }

  /** Writes what belongs to a Maven project, with the sdk's real place in the POM. */
  void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (!file.getKey().equals("pom.xml") && !file.getKey().startsWith("src/")) {
        continue;
      }
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(
          path, file.getValue().replace("file:///path/to/sluice/sdk", Launch.HOME.resolve("sdk").toUri().toString()));
    }
  }
}
