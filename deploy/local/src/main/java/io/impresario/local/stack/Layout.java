package io.impresario.local.stack;

import io.impresario.embedded.FreePorts;
import io.impresario.local.terminal.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every process of the stack with its ports, which stay the same until the stack goes down. */
record Layout(int postgresPort, int kafkaPort, int kafkaControllerPort, List<Replica> replicas) {

  static Layout of(StackOptions options) {
    if (!FreePorts.isFree(options.port())) {
      throw new Problem(
          "Port " + options.port() + " is taken by another program; choose one with --port.");
    }
    int count = 3;
    for (ServiceKind kind : ServiceKind.values()) {
      count += 2 * options.replicas(kind);
    }
    Iterator<Integer> ports = FreePorts.from(options.port() + 1, count).iterator();
    int postgres = ports.next();
    int kafka = ports.next();
    int controller = ports.next();
    List<Replica> replicas = new ArrayList<>();
    for (ServiceKind kind : ServiceKind.values()) {
      for (int number = 1; number <= options.replicas(kind); number++) {
        int own = ports.next();
        boolean isPublic = kind == ServiceKind.API_GATEWAY && number == 1;
        int port = isPublic ? options.port() : own;
        replicas.add(new Replica(kind, number, port, ports.next()));
      }
    }
    return new Layout(postgres, kafka, controller, List.copyOf(replicas));
  }

  Replica first(ServiceKind kind) {
    return replicas.stream().filter(replica -> replica.kind() == kind).findFirst().orElseThrow();
  }

  Optional<Replica> named(String name) {
    return replicas.stream().filter(replica -> replica.name().equals(name)).findFirst();
  }

  /** Where all replicas of a service are, with commas between. */
  String urls(ServiceKind kind) {
    return replicas.stream()
        .filter(replica -> replica.kind() == kind)
        .map(Replica::url)
        .collect(Collectors.joining(","));
  }

  /** Every port of the stack but the public one: workflows have no business there. */
  String internalPorts() {
    IntStream servers = IntStream.of(postgresPort, kafkaPort, kafkaControllerPort);
    IntStream services =
        replicas.stream()
            .flatMapToInt(
                replica ->
                    replica.kind() == ServiceKind.API_GATEWAY
                        ? IntStream.of(replica.managementPort())
                        : IntStream.of(replica.port(), replica.managementPort()));
    return IntStream.concat(servers, services)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(","));
  }

  String kafkaBootstrap() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** The names of all processes, servers first. */
  List<String> names() {
    List<String> names = new ArrayList<>(Arrays.asList(Stack.POSTGRES, Stack.KAFKA));
    replicas.forEach(replica -> names.add(replica.name()));
    return names;
  }
}
