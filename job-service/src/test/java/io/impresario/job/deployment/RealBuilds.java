package io.impresario.job.deployment;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service with nothing scripted: uploads are built and jobs run in the real executor, with one
 * browser in waiting, behind a residential proxy and a default one.
 */
public class RealBuilds implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    String proxy = RecordingProxy.url();
    return Map.ofEntries(
        Map.entry("impresario.build.concurrency", "2"),
        Map.entry("%test.impresario.build.concurrency", "2"),
        Map.entry("impresario.executor.warm-slots", "1"),
        Map.entry("impresario.proxy.residential.server", proxy),
        Map.entry(
            "impresario.proxy.residential.username",
            "acme-cc-{country}[-st-{state}][-city-{city}][-zip-{zip}][-asn-{asn}]"),
        Map.entry("impresario.proxy.residential.password", "residential-password"),
        Map.entry("impresario.proxy.fallback.server", proxy),
        Map.entry("impresario.proxy.fallback.username", "everybody"),
        Map.entry("impresario.proxy.fallback.password", "default-password"),
        Map.entry("impresario.executor.directory", "executor"));
  }
}
