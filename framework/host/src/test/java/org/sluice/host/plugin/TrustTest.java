package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.cli.SluiceCommand;
import org.sluice.host.console.Invocation;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** Only jars that the operator has named, or that somebody he named has signed, run. */
class TrustTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path home;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(home.resolve("plugins"));
    Files.createDirectory(home.resolve("conf"));
  }

  @Test
  void a_jar_that_is_not_on_the_list_is_refused_with_the_line_that_adds_it() throws Exception {
    Path good = PluginJarBuilder.plugin("good").write(folder, "good.jar");
    Path bad = PluginJarBuilder.plugin("bad").write(folder, "bad.jar");
    configure("host.plugins-allow = [\"" + sha256(good) + "\"]");
    String line;
    try (Host host = boot()) {
      assertThat(host.plugins().state("good")).contains("STARTED");
      assertThat(host.plugins().state("bad")).isEmpty();
      String problem = host.plugins().problems().getFirst().toString();
      assertThat(problem).contains("PLG-017 bad.jar", sha256(bad));
      line = problem.substring(problem.lastIndexOf("host.plugins-allow +="));
    }
    configure("host.plugins-allow = [\"" + sha256(good) + "\"]\n" + line);
    try (Host host = boot()) {
      assertThat(host.plugins().problems()).isEmpty();
      assertThat(host.plugins().state("bad")).contains("STARTED");
      assertThat(host.plugins().state("good")).contains("STARTED");
    }
  }

  @Test
  void a_jar_that_is_not_trusted_cannot_take_the_place_of_one_that_is() throws Exception {
    Path good = PluginJarBuilder.plugin("good").write(folder, "good.jar");
    PluginJarBuilder.plugin("good").says("Plugin-Version", "2.0.0").write(folder, "twin.jar");
    configure("host.plugins-allow = [\"" + sha256(good) + "\"]");
    try (Host host = boot()) {
      assertThat(host.plugins().state("good")).contains("STARTED");
      assertThat(host.plugins().problems()).singleElement()
          .satisfies(problem -> assertThat(problem.id()).isEqualTo("PLG-017"));
      assertThat(run(host, "plugin reload good " + folder.resolve("twin.jar"))).contains("PLG-017");
      assertThat(run(host, "plugin load " + folder.resolve("twin.jar"))).contains("PLG-017");
    }
  }

  @Test
  void with_a_list_that_is_none_nothing_is_trusted() throws Exception {
    PluginJarBuilder.plugin("good").write(folder, "good.jar");
    configure("host.plugins-allow = { a = 1 }");
    assertThat(sluice("plugin", "verify")).startsWith("1 ").contains("PLG-017", "no list");
  }

  @Test
  void only_jars_that_are_signed_as_a_whole_by_whom_is_named_run() throws Exception {
    Signer ours = Signer.make(home, "ours");
    Signer others = Signer.make(home, "others");
    Path plain = PluginJarBuilder.plugin("plain").command("Plain", "plain").write(folder, "plain.jar");
    ours.sign(PluginJarBuilder.plugin("good").command("Good", "good").write(home, "good.jar"),
        folder.resolve("good.jar"));
    others.sign(PluginJarBuilder.plugin("foreign").entry("data", "1").write(home, "foreign.jar"),
        folder.resolve("foreign.jar"));
    Path whole = folder.resolve("tampered.jar");
    ours.sign(PluginJarBuilder.plugin("tampered").entry("data", "1").write(home, "t.jar"), home.resolve("t2.jar"));
    change(home.resolve("t2.jar"), whole, "data", "2", "");
    ours.sign(PluginJarBuilder.plugin("extended").entry("data", "1").write(home, "e.jar"), home.resolve("e2.jar"));
    change(home.resolve("e2.jar"), folder.resolve("extended.jar"), "", "", "more");
    configure("host.plugins-signed-by = \"" + ours.pem() + "\"");
    try (Host host = boot()) {
      assertThat(host.plugins().state("good")).contains("STARTED");
      assertThat(host.plugins().problems()).extracting(Object::toString).satisfiesExactlyInAnyOrder(
          text -> assertThat(text).contains("PLG-018 plain.jar", "is not signed"),
          text -> assertThat(text).contains("PLG-018 foreign.jar", "CN=others, who is not trusted"),
          text -> assertThat(text).contains("PLG-018 tampered.jar", "its signature is wrong", "data"),
          text -> assertThat(text).contains("PLG-018 extended.jar", "more in it is not signed"));
    }
    assertThat(sluice("plugin", "verify")).startsWith("1 ")
        .contains("CN=ours", "trusted", "4 of 5 jars are not trusted");
    assertThat(sluice("plugin", "verify", folder.resolve("good.jar").toString())).startsWith("0 ")
        .contains(sha256(folder.resolve("good.jar")), "CN=ours", "trusted");
    assertThat(sluice("plugin", "verify", plain.toString(), "--json")).startsWith("1 ").contains("\"signed_by\"");
  }

  @Test
  void certificates_may_be_in_a_key_store_and_may_vouch_for_others() throws Exception {
    Signer root = Signer.make(home, "root", "-ext", "bc:c");
    Signer leaf = Signer.make(home, "leaf").certifiedBy(root);
    leaf.sign(PluginJarBuilder.plugin("good").entry("data", "1").write(home, "good.jar"), folder.resolve("good.jar"));
    Path store = home.resolve("trust.jks");
    Signer.keytool("-importcert", "-noprompt", "-alias", "root", "-file", root.pem().toString(), "-keystore",
        store.toString(), "-storetype", "JKS", "-storepass", new String(PASSWORD));
    configure("host.plugins-signed-by = trust.jks");
    try (Host host = boot()) {
      assertThat(host.plugins().problems()).isEmpty();
      assertThat(host.plugins().state("good")).contains("STARTED");
    }
    Files.writeString(home.resolve("empty.pem"), "nothing");
    configure("host.plugins-signed-by = empty.pem");
    try (Host host = boot()) {
      assertThat(host.plugins().problems()).singleElement().satisfies(problem ->
          assertThat(problem.toString()).contains("PLG-018 good.jar", "empty.pem", "cannot be read"));
    }
  }

  // ----

  /** Copies a jar with another text in an entry, and one entry more. */
  private static void change(Path from, Path to, String entry, String text, String more) throws IOException {
    try (ZipFile old = new ZipFile(from.toFile()); OutputStream out = Files.newOutputStream(to);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (ZipEntry each : old.stream().map(ZipEntry.class::cast).toList()) {
        jar.putNextEntry(new ZipEntry(each.getName()));
        jar.write(each.getName().equals(entry) ? text.getBytes(StandardCharsets.UTF_8)
            : old.getInputStream(each).readAllBytes());
      }
      if (!more.isEmpty()) {
        jar.putNextEntry(new ZipEntry(more));
      }
    }
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private void configure(String text) throws IOException {
    Files.writeString(home.resolve("conf/sluice.conf"), text);
  }

  /** The exit status and what was printed. */
  private String sluice(String... words) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(output, true, StandardCharsets.UTF_8);
    int status = SluiceCommand.run(home, both, both, words);
    return status + " " + output.toString(StandardCharsets.UTF_8);
  }

  private static String run(Host host, String line) {
    RecordingSink sink = new RecordingSink();
    int status = host.console().run(line, sink, new Invocation());
    return status + " " + sink.text() + sink.errors();
  }

  private Host boot() throws Exception {
    return Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null, List.of()));
  }

  /** Somebody with a key. */
  private record Signer(Path store, String name) {

    static Signer make(Path folder, String name, String... options) throws Exception {
      Path store = folder.resolve(name + ".p12");
      List<String> words = new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name,
          "-keyalg", "EC", "-keystore", store.toString(), "-storepass", new String(PASSWORD), "-validity", "36500"));
      words.addAll(List.of(options));
      keytool(words.toArray(String[]::new));
      return new Signer(store, name);
    }

    static void keytool(String... words) throws Exception {
      List<String> command = new ArrayList<>(List.of(words));
      command.addFirst(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }

    Signer certifiedBy(Signer other) throws Exception {
      Path request = store.resolveSibling(name + ".csr");
      Path answer = store.resolveSibling(name + ".crt");
      String password = new String(PASSWORD);
      keytool("-certreq", "-alias", name, "-keystore", store.toString(), "-storepass", password, "-file",
          request.toString());
      keytool("-gencert", "-alias", other.name, "-keystore", other.store.toString(), "-storepass", password, "-infile",
          request.toString(), "-outfile", answer.toString(), "-rfc", "-validity", "36500");
      Files.writeString(answer, Files.readString(answer) + Files.readString(other.pem()));
      keytool("-importcert", "-noprompt", "-alias", name, "-keystore", store.toString(), "-storepass", password,
          "-file", answer.toString());
      return this;
    }

    private KeyStore open() throws Exception {
      return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    Path pem() throws Exception {
      X509Certificate certificate = (X509Certificate) open().getCertificate(name);
      return Files.writeString(store.resolveSibling(name + ".pem"), "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n");
    }

    void sign(Path jar, Path signed) throws Exception {
      KeyStore keys = open();
      CertPath path = CertificateFactory.getInstance("X.509")
          .generateCertPath(List.of(keys.getCertificateChain(name)));
      try (ZipFile from = new ZipFile(jar.toFile()); OutputStream to = Files.newOutputStream(signed)) {
        new JarSigner.Builder((PrivateKey) keys.getKey(name, PASSWORD), path).build().sign(from, to);
      }
    }
  }
}
