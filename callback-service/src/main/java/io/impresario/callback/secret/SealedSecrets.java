package io.impresario.callback.secret;

import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Secret;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Seals and opens the two kinds of signing secret, each under the context of its owner. */
@Singleton
public class SealedSecrets {

  private final KeyRing keys;

  SealedSecrets(KeyRing keys) {
    this.keys = keys;
  }

  public String sealForEndpoint(UUID endpointId, Secret secret) {
    return keys.seal(secret.value(), endpointContext(endpointId));
  }

  public Secret openForEndpoint(UUID endpointId, String sealed) {
    return new Secret(keys.open(sealed, endpointContext(endpointId)));
  }

  /** A job's own secret is sealed by the service that took the job. */
  public Secret openForJob(UUID jobId, String sealed) {
    return new Secret(keys.open(sealed, jobContext(jobId)));
  }

  static String endpointContext(UUID endpointId) {
    return "endpoint:" + endpointId;
  }

  static String jobContext(UUID jobId) {
    return "job:" + jobId;
  }
}
