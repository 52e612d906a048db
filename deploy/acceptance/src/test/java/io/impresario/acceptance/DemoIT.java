package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Order(3)
class DemoIT {
  @TempDir Path home;

  /** As a user without rights, where these tests may become one; the gate runs it as it is. */
  @Test
  void showsAJobItsCallbackAndAScheduleThenLeaves() throws Exception {
    OrdinaryUser user = OrdinaryUser.in(home);
    boolean possible = user.canRunTheLauncher();
    System.out.println("The demo runs as " + (possible ? "nobody." : "the user of this test."));
    StackUnderTest.Ran demo =
        possible ? user.command(List.of("demo")) : StackUnderTest.command(home, List.of("demo"));
    assertThat(demo.output())
        .contains("7 offers for tea", "\"cheapest\"", "x-webhook-signature verified")
        .contains(
            "webhook-signature verified", "the schedule fired", "the scheduled job is completed");
    assertThat(demo.code()).isZero();
    assertThat(RunningProcesses.of(home)).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithACommand() throws Exception {
    assertThat(StackUnderTest.command(home, List.of("logs", "../etc")).output())
        .contains("There is no service");
    assertThat(StackUnderTest.command(home, List.of("status")).code()).isEqualTo(3);
    assertThat(StackUnderTest.command(home, List.of("up", "--set", "kafka.replicas=2")).code())
        .isEqualTo(1);
  }
}
