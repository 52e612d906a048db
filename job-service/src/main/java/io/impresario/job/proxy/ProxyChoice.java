package io.impresario.job.proxy;

import io.impresario.events.ResidentialProxy;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.executor.RunBrowser;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  public Optional<RunBrowser.ProxyServer> proxy() {
    return choose(null, false);
  }

  /**
   * @throws IllegalStateException when a location is asked for and the operator has taken the proxy
   *     away since the job was accepted
   */
  public Optional<RunBrowser.ProxyServer> choose(
      @Nullable ResidentialProxy location, boolean disableDefault) {
    if (location != null) {
      return Optional.of(residential(location));
    }
    if (disableDefault) {
      return Optional.empty();
    }
    return config
        .fallback()
        .server()
        .map(
            server ->
                new RunBrowser.ProxyServer(
                    server,
                    config.fallback().username().orElse(null),
                    config.fallback().password().orElse(null)));
  }

  private RunBrowser.ProxyServer residential(ResidentialProxy location) {
    String server =
        config
            .residential()
            .server()
            .orElseThrow(() -> new IllegalStateException("no residential proxy is configured"));
    return new RunBrowser.ProxyServer(
        server,
        template.map(t -> t.fill(location)).orElse(null),
        config.residential().password().orElse(null));
  }
}
