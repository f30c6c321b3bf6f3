package org.sluice.host.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.host.config.ConfigurationLoader;

/**
 * Which plugin jars may run: those whose digest the operator has named, those that somebody he trusts has signed, or
 * all. Any thread.
 */
public final class Trust {
  private static final String ALLOW = "host.plugins-allow";
  private static final String SIGNED_BY = "host.plugins-signed-by";

  /** Empty for all. */
  private final Set<String> allowed;
  private final @Nullable JarSignatures signatures;
  /** Why nothing is trusted; null when that can be told. */
  private final @Nullable Refusal broken;

  private Trust(Set<String> allowed, @Nullable JarSignatures signatures, @Nullable Refusal broken) {
    this.allowed = allowed;
    this.signatures = signatures;
    this.broken = broken;
  }

  /**
   * Why a jar may not run.
   *
   * @param problem the id of the problem
   * @param cause see {@link org.sluice.host.problem.Problem}
   * @param remedy see there
   */
  record Refusal(String problem, String cause, String remedy) {}

  /**
   * What is known of a jar.
   *
   * @param digest its SHA-256 in hexadecimal
   * @param signedBy the subjects of those who signed all of it, in order; empty for nobody
   * @param refusal why it may not run, empty when it may
   */
  public record Verdict(String digest, List<String> signedBy, Optional<String> refusal) {
    /** Copies the list. */
    public Verdict {
      signedBy = List.copyOf(signedBy);
    }
  }

  /** Trusts every jar. */
  public static Trust everything() {
    return new Trust(Set.of(), null, null);
  }

  /**
   * What the configuration says. Where it cannot be read, or the certificates cannot, no jar is trusted.
   *
   * @param loader the configuration, parsed
   * @param home what the path of the certificates is relative to
   */
  public static Trust of(ConfigurationLoader loader, Path home) {
    Optional<List<String>> allow = loader.earlyTexts(ALLOW);
    if (allow.isEmpty()) {
      return new Trust(Set.of(), null, new Refusal("PLG-017", "the key " + ALLOW + " is no list of texts",
          "give a list of SHA-256 digests"));
    }
    Set<String> digests = allow.get().stream().map(Trust::normal).collect(Collectors.toUnmodifiableSet());
    Optional<String> signedBy = loader.early(SIGNED_BY);
    if (signedBy.isEmpty()) {
      return new Trust(digests, null, null);
    }
    Path certificates = home.resolve(signedBy.get());
    try {
      return new Trust(digests, JarSignatures.by(certificates), null);
    } catch (IOException | GeneralSecurityException e) {
      return new Trust(digests, null, new Refusal("PLG-018", "the key " + SIGNED_BY + " names " + certificates
          + ", which cannot be read: " + e, "name a PEM file with certificates, or a key store without password"));
    }
  }

  private static String normal(String digest) {
    return digest.replace(":", "").strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a jar may run; all of it is read where that depends on its content.
   *
   * @return why not, or empty
   */
  Optional<Refusal> check(Path jar) {
    if (broken != null) {
      return Optional.of(broken);
    }
    try {
      String digest = allowed.isEmpty() ? "" : digest(jar);
      if (!allowed.isEmpty() && !allowed.contains(digest)) {
        return Optional.of(new Refusal("PLG-017", "its SHA-256 is " + digest + ", which is not on the list " + ALLOW,
            "if it is what you want, add this line to conf/sluice.conf: " + ALLOW + " += \"" + digest + "\""));
      }
      return signatures == null ? Optional.empty() : signatures.mistrust(jar).map(cause ->
          new Refusal("PLG-018", cause, "have it signed with jarsigner by whom " + SIGNED_BY + " names"));
    } catch (IOException e) {
      return Optional.of(new Refusal("PLG-001", "it cannot be read: " + e, "replace it by a jar"));
    }
  }

  /**
   * What is known of a jar, for people.
   *
   * @throws IOException when it cannot be read
   */
  public Verdict verify(Path jar) throws IOException {
    return new Verdict(digest(jar), JarSignatures.signers(jar),
        check(jar).map(refusal -> refusal.problem() + ": " + refusal.cause() + "; " + refusal.remedy()));
  }

  private static String digest(Path jar) throws IOException {
    try (InputStream file = Files.newInputStream(jar)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      try (DigestInputStream digesting = new DigestInputStream(file, sha256)) {
        long _ = digesting.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
