package io.impresario.callback.sending;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Which authorities may vouch for a target. */
final class Certificates {

  private Certificates() {}

  /** The platform's and those of a PEM file; a file that cannot be read stops the start. */
  static TrustOptions with(Path bundle) {
    try (InputStream file = Files.newInputStream(bundle)) {
      Collection<? extends Certificate> own =
          CertificateFactory.getInstance("X.509").generateCertificates(file);
      if (own.isEmpty()) {
        throw new GeneralSecurityException("the file contains no certificate");
      }
      List<Certificate> all = new ArrayList<>(own);
      all.addAll(List.of(manager(null).getAcceptedIssuers()));
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        trusted.setCertificateEntry("authority-" + i, all.get(i));
      }
      return TrustOptions.wrap(manager(trusted));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "impresario.sending.ca-bundle=" + bundle + " is not a readable PEM file: " + e, e);
    }
  }

  /** Null means the platform's store. */
  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("The platform trusts no X.509 certificates");
  }
}
