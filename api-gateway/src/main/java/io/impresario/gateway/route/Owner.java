package io.impresario.gateway.route;

/** Who answers a procedure. */
public enum Owner {
  GATEWAY("api-gateway"),
  JOB("job-service"),
  SCHEDULE("schedule-service"),
  CALLBACK("callback-service"),
  LOG("log-service");

  private final String serviceName;

  Owner(String serviceName) {
    this.serviceName = serviceName;
  }

  public String serviceName() {
    return serviceName;
  }
}
