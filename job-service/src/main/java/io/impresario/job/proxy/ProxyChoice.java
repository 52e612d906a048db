package io.impresario.job.proxy;

import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.executor.ProxyServer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Chooses a run's proxy: the asked-for location, else the default, else none. */
@ApplicationScoped
public class ProxyChoice implements ExecutorHost.WarmProxy {
  private final ProxyConfig config;
  private final Optional<UserNameTemplate> template;

  ProxyChoice(ProxyConfig config) {
    this.config = config;
    this.template = config.residential().username().map(UserNameTemplate::new);
  }

  /** Whether a job may ask for a location at all. */
  public boolean offersLocations() {
    return config.residential().server().isPresent();
  }

  @Override
  public Optional<ProxyServer> proxy() {
    return fallback();
  }

  /**
   * @throws IllegalStateException when a location is asked for and the operator has taken the proxy
   *     away since the job was accepted
   */
  public Optional<ProxyServer> choose(JobSpec spec) {
    if (spec.residentialProxy() != null) {
      return Optional.of(residential(spec.residentialProxy()));
    }
    return spec.disableDefaultProxy() ? Optional.empty() : fallback();
  }

  private Optional<ProxyServer> fallback() {
    return config
        .fallback()
        .server()
        .map(
            server ->
                new ProxyServer(
                    server,
                    config.fallback().username().orElse(null),
                    config.fallback().password().orElse(null)));
  }

  private ProxyServer residential(ProxyLocation location) {
    String server =
        config
            .residential()
            .server()
            .orElseThrow(() -> new IllegalStateException("no residential proxy is configured"));
    return new ProxyServer(
        server,
        template.map(t -> t.fill(location)).orElse(null),
        config.residential().password().orElse(null));
  }
}
