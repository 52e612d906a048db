package io.impresario.job.deployment;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The service with nothing scripted: uploads are built and jobs run in the real executor. */
public class RealBuilds implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "impresario.build.concurrency", "2",
        "%test.impresario.build.concurrency", "2",
        "impresario.executor.warm-slots", "0",
        "quarkus.arc.exclude-types",
            "io.impresario.job.dispatch.ScriptedSupplies,io.impresario.job.submission.AnyWorkflow");
  }
}
