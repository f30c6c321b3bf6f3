package org.sluice.host.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether jars are signed, every entry of them, by one of some certificates or by whom one of them vouches for. */
final class JarSignatures {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";
  /** The files that make up the signature: nobody signs them. */
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/(MANIFEST\\.MF|SIG-[^/]*|[^/]+\\.(SF|DSA|RSA|EC))", Pattern.CASE_INSENSITIVE);

  private final Set<X509Certificate> trusted;

  private JarSignatures(Set<X509Certificate> trusted) {
    this.trusted = trusted;
  }

  /**
   * Trusts the certificates of a file.
   *
   * @param file PEM, or a key store without password
   * @throws GeneralSecurityException when it holds no certificate
   */
  static JarSignatures by(Path file) throws IOException, GeneralSecurityException {
    Set<X509Certificate> certificates = new LinkedHashSet<>();
    if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(PEM)) {
      try (InputStream stream = Files.newInputStream(file)) {
        add(certificates, CertificateFactory.getInstance("X.509").generateCertificates(stream));
      }
    } else {
      KeyStore store = open(file);
      for (String alias : Collections.list(store.aliases())) {
        Certificate certificate = store.getCertificate(alias);
        add(certificates, certificate == null ? List.of() : List.of(certificate));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("there is no certificate in it that can be read without password");
    }
    return new JarSignatures(certificates);
  }

  private static KeyStore open(Path file) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(file.toFile(), (char[]) null);
  }

  private static void add(Set<X509Certificate> to, Iterable<? extends Certificate> certificates) {
    for (Certificate certificate : certificates) {
      if (certificate instanceof X509Certificate x509) {
        to.add(x509);
      }
    }
  }

  /**
   * Why a jar is not trusted.
   *
   * @return empty when every entry is signed by whom is trusted
   * @throws IOException when it cannot be read
   */
  Optional<String> mistrust(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      List<JarEntry> entries = entries(jar);
      if (entries.isEmpty()) {
        return Optional.of("there is nothing in it that could be signed");
      }
      for (JarEntry entry : entries) {
        CodeSigner @Nullable [] signers = signers(jar, entry);
        if (signers == null || signers.length == 0) {
          return Optional.of(entry.getName() + " in it is not signed");
        }
        if (Arrays.stream(signers).noneMatch(this::isTrusted)) {
          return Optional.of(entry.getName() + " in it is signed by " + Arrays.stream(signers)
              .map(JarSignatures::subject).collect(Collectors.joining(", ")) + ", who is not trusted");
        }
      }
      return Optional.empty();
    } catch (SecurityException e) {
      return Optional.of("its signature is wrong: " + e.getMessage());
    }
  }

  /** The subjects of those who have signed every entry of a jar; none when the signature is wrong or not whole. */
  static List<String> signers(Path file) throws IOException {
    Set<String> all = null;
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      for (JarEntry entry : entries(jar)) {
        CodeSigner @Nullable [] signers = signers(jar, entry);
        Set<String> subjects = signers == null ? Set.of()
            : Arrays.stream(signers).map(JarSignatures::subject).collect(Collectors.toCollection(LinkedHashSet::new));
        if (all == null) {
          all = new LinkedHashSet<>(subjects);
        }
        all.retainAll(subjects);
      }
    } catch (SecurityException e) {
      return List.of();
    }
    return all == null ? List.of() : List.copyOf(all);
  }

  private static List<JarEntry> entries(JarFile jar) {
    return jar.stream().filter(entry -> !entry.isDirectory() && !SIGNATURE.matcher(entry.getName()).matches()).toList();
  }

  /** Known only once all of the entry was read. */
  private static CodeSigner @Nullable [] signers(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream content = jar.getInputStream(entry)) {
      long _ = content.transferTo(OutputStream.nullOutputStream());
    }
    return entry.getCodeSigners();
  }

  private static String subject(CodeSigner signer) {
    return signer.getSignerCertPath().getCertificates().getFirst() instanceof X509Certificate x509
        ? x509.getSubjectX500Principal().getName() : "somebody without X.509 certificate";
  }

  /** Named itself, or vouched for by one who is, without gap. */
  private boolean isTrusted(CodeSigner signer) {
    List<? extends Certificate> path = signer.getSignerCertPath().getCertificates();
    if (path.getFirst() instanceof X509Certificate own && trusted.contains(own)) {
      return true;
    }
    List<Certificate> below = new ArrayList<>();
    for (Certificate certificate : path) {
      if (certificate instanceof X509Certificate x509 && trusted.contains(x509)) {
        break;
      }
      below.add(certificate);
    }
    try {
      PKIXParameters parameters = new PKIXParameters(
          trusted.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      var _ = CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
