package io.impresario.job.proxy;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The operator's proxies. Without a residential one, jobs that ask for a location are refused. */
@ConfigMapping(prefix = "impresario.proxy")
public interface ProxyConfig {

  Residential residential();

  Fallback fallback();

  /** The proxy for jobs that ask for a location. */
  interface Residential {
    /** e.g. {@code http://proxy.example:8080}. */
    Optional<String> server();

    /** See {@link UserNameTemplate}. */
    Optional<String> username();

    Optional<String> password();
  }

  /** The proxy for all other jobs, unless they say {@code disable_default_proxy}. */
  interface Fallback {
    Optional<String> server();

    Optional<String> username();

    Optional<String> password();
  }
}
