package io.impresario.local.stack;

/**
 * One process of a service. The first has the service's name, the others a number behind it.
 *
 * @param port for callers
 * @param managementPort health and metrics
 */
record Replica(ServiceKind kind, int number, int port, int managementPort) {
  String name() {
    return number == 1 ? kind.module() : kind.module() + "-" + number;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  String managementUrl() {
    return "http://127.0.0.1:" + managementPort;
  }
}
