package org.sluice.plugin.lab;

import java.util.List;

/** A command about one session of an application. */
abstract class SessionCommand extends LabCommand {
  SessionCommand(Bench bench, String name, String arguments, String summary, String example) {
    super(bench, name, arguments, summary, example);
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() != 2
        ? super.complete(words)
        : bench.applications().stream()
            .filter(application -> application.name().equals(words.getFirst()))
            .flatMap(application -> application.sessions().stream())
            .map(LabSession::id)
            .filter(id -> id.startsWith(words.getLast()))
            .toList();
  }
}
