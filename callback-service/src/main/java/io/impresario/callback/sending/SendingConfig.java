package io.impresario.callback.sending;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Limits of one attempt. */
@ConfigMapping(prefix = "impresario.sending")
public interface SendingConfig {

  /** From the lookup of the name to the end of the answer. */
  Duration timeout();

  /** How long one name server may take. */
  Duration lookupTimeout();

  /** The longest that an answer of a name server is kept. */
  Duration lookupCache();

  /** Addresses of name servers, with or without a port; otherwise the platform's. */
  Optional<List<String>> nameServers();

  /** A PEM file with certificates of authorities that are trusted beside the platform's. */
  Optional<Path> caBundle();

  /** The share of it that one address may take to accept a connection. */
  Duration connectTimeout();

  /** How long an idle connection is kept for the next delivery to the same place. */
  Duration keepAlive();

  /** Bytes of an answer that are read and kept. */
  int answerLimit();
}
