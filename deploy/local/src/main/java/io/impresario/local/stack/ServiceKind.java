package io.impresario.local.stack;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The five services: their module, their login, the heap that each needs at most here. */
enum ServiceKind {
  // Bodies stream through.
  API_GATEWAY("api-gateway", "gateway", 128),
  // A deployment of 64 MiB arrives as one JSON string; results are up to 10 MiB.
  JOB_SERVICE("job-service", "job", 512),
  SCHEDULE_SERVICE("schedule-service", "schedule", 128),
  // Bodies of callbacks hold results of up to 10 MiB.
  CALLBACK_SERVICE("callback-service", "callback", 256),
  LOG_SERVICE("log-service", "log", 192);

  private final String module;
  private final String login;
  private final int heapMebibytes;

  ServiceKind(String module, String login, int heapMebibytes) {
    this.module = module;
    this.login = login;
    this.heapMebibytes = heapMebibytes;
  }

  String module() {
    return module;
  }

  String login() {
    return login;
  }

  static Optional<ServiceKind> named(String module) {
    return Arrays.stream(values()).filter(kind -> kind.module.equals(module)).findFirst();
  }

  /** Chosen for memory and start-up on a small machine; measured in the launcher's README. */
  List<String> jvmOptions() {
    return List.of(
        "-Xms16m",
        "-Xmx" + heapMebibytes + "m",
        "-Xss512k",
        "-XX:+UseSerialGC",
        "-XX:MinHeapFreeRatio=15",
        "-XX:MaxHeapFreeRatio=30",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:-UsePerfData",
        // The launcher starts it again; half-alive would be worse.
        "-XX:+ExitOnOutOfMemoryError");
  }
}
