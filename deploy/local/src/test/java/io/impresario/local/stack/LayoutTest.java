package io.impresario.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.embedded.FreePorts;
import io.impresario.local.terminal.Problem;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void givesEveryProcessPortsOfItsOwn() {
    int port = FreePorts.one();
    Layout layout = Layout.of(options(port, Map.of("job-service", Map.of("replicas", "2"))));
    assertThat(layout.names())
        .containsExactly(
            "postgres",
            "kafka",
            "api-gateway",
            "job-service",
            "job-service-2",
            "schedule-service",
            "callback-service",
            "log-service");
    assertThat(layout.first(ServiceKind.API_GATEWAY).url()).isEqualTo("http://127.0.0.1:" + port);
    List<Integer> ports =
        new ArrayList<>(
            List.of(layout.postgresPort(), layout.kafkaPort(), layout.kafkaControllerPort()));
    for (Replica replica : layout.replicas()) {
      ports.addAll(List.of(replica.port(), replica.managementPort()));
    }
    assertThat(ports).doesNotHaveDuplicates().allMatch(each -> each >= port);
  }

  @Test
  void tellsCallersOfEveryReplica() {
    int port = FreePorts.one();
    Layout layout = Layout.of(options(port, Map.of("api-gateway", Map.of("replicas", "2"))));
    assertThat(layout.urls(ServiceKind.API_GATEWAY).split(",", -1))
        .hasSize(2)
        .startsWith("http://127.0.0.1:" + port)
        .doesNotHaveDuplicates();
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackOptions options = options(taken.getLocalPort(), Map.of());
      assertThatThrownBy(() -> Layout.of(options))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " is taken")
          .hasMessageContaining("--port");
    }
  }

  @Test
  void refusesSettingsThatCannotBe() {
    assertRefused(Map.of("kafka", Map.of("replicas", "2")), "names no service: kafka");
    for (String replicas : List.of("0", "10", "many")) {
      assertRefused(Map.of("log-service", Map.of("replicas", replicas)), "from 1 to 9");
    }
  }

  private static void assertRefused(Map<String, Map<String, String>> settings, String why) {
    assertThatThrownBy(() -> options(7400, settings))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(why);
  }

  private static StackOptions options(int port, Map<String, Map<String, String>> settings) {
    return new StackOptions(port, settings, false);
  }
}
