package org.sluice.host.problem;

import java.util.Arrays;

/**
 * Every kind of problem that has an id, in general words; the sentence an operator sees names the values. {@code
 * docs/problems.md} is {@link #page}. A new kind is one line here and the line that the test then wants in the page.
 */
public enum ProblemKind {
  CFG_001("The configuration file is not there or cannot be read.", "Name a readable UTF-8 file with `--config`."),
  CFG_002("The file breaks the syntax of HOCON.", "Mend the line that is named; JSON is HOCON too."),
  CFG_003("There is no key of that name.", "Take the nearest one that is named; `sluice config list` shows all."),
  CFG_004("A value has the wrong type.", "Give what the message says; `sluice config show KEY` explains the key."),
  CFG_005("A value is out of its range.", "Give one inside the range that is named."),
  CFG_006("A section is for a plugin that is not there; the host starts.", "Add its jar or remove the section."),
  CFG_007("A `${...}` refers to nothing.", "Define what it refers to, or write `${?...}`."),
  CFG_008("An option `--set` cannot be understood.", "Give `KEY=VALUE`."),
  CFG_009("Values of the section `stack` do not fit together.", "Change the key that the message is about."),
  HST_001("Another host listens on the control socket.", "Stop it, or choose another place with `--socket`."),
  HST_002("The control socket cannot be made.", "Choose another place with `--socket` or the key `host.socket`."),
  HST_003("Others may reach into the folder of the control socket.", "Remove the folder, or choose another place."),
  PLG_001("A file in the plugins folder is no jar, or a jar that was named is not there.", "Replace or remove it."),
  PLG_002("A jar says no `Plugin-Id`, so it is no plugin.", "Remove it, or build it with the plugin parent POM."),
  PLG_003("Several jars have one id; none of them starts.", "Keep one of them."),
  PLG_004("The plugin wants another version of the SPI.", "Take one for this host, or build it against this SPI."),
  PLG_005("The id, the version or the dependencies in the manifest are not well formed.", "Correct the manifest."),
  PLG_006("A plugin that it needs is missing, disabled, refused, or of another version.", "Add what it needs."),
  PLG_007("Dependencies form a cycle.", "Take one out of the cycle and build again."),
  PLG_008("The jar contains classes of the host.", "Use scope `provided` for what the host brings."),
  PLG_009("A class that the jar names is not in it.", "Build it again; the message names the class."),
  PLG_010("The plugin's `reference.conf` is wrong.", "Correct it and build again."),
  PLG_011("The plugin's start threw.", "See the log, and ask its author."),
  PLG_012("Classes or extensions of the plugin cannot be made.", "See the message: a class is missing or ill made."),
  PLG_013("Something that the plugin registers was refused.", "Remove one of two plugins that want the same name."),
  PLG_014("A plugin that it needs did not start.", "Mend that plugin."),
  PLG_015("The plugins folder cannot be read.", "Make it, or name another with `--plugins` or `host.plugins`."),
  PLG_016("The plugin did not let go of everything when it stopped.", "Restart the host to be rid of it."),
  PLG_017("The jar's SHA-256 is not on `host.plugins-allow`.", "Add the line that the message gives, if you trust it."),
  PLG_018("The jar is not signed by whom `host.plugins-signed-by` names.", "Have it signed."),
  PLG_019("No plugin of this name is there.", "See `show plugins`; the message names the nearest."),
  PLG_020("Live sessions depend on the plugin.", "Wait with `drain`, or reset them with `force`."),
  PLG_021("Another change of plugins is under way, or the host is stopping.", "Ask again when it has ended."),
  PLG_022("The plugin is not in a state for this.", "See the message and `show plugins`."),
  PLG_023("`enabled.txt` or `disabled.txt` cannot be written, or contradict.", "Mend the one that is named.");

  private final String cause;
  private final String remedy;

  ProblemKind(String cause, String remedy) {
    this.cause = cause;
    this.remedy = remedy;
  }

  /** Its id, for example {@code PLG-004}. */
  public String id() {
    return name().replace('_', '-');
  }

  /** The page {@code docs/problems.md}. */
  public static String page() {
    StringBuilder page = new StringBuilder("""
        # Problems by their ids

        What a host, `sluice plugin list` and `sluice config check` say about a problem begins with one of these ids.

        | id | cause | remedy |
        | --- | --- | --- |
        """);
    Arrays.stream(values()).forEach(kind -> page.append("| ").append(kind.id()).append(" | ").append(kind.cause)
        .append(" | ").append(kind.remedy).append(" |\n"));
    return page.toString();
  }
}
