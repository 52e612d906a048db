package io.impresario.job.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TenantQueueTest {
  private final TenantQueue queue = new TenantQueue();
  private final UUID tenant = UUID.randomUUID();
  private final List<CompletableFuture<Void>> begun = new ArrayList<>();

  @Test
  void letsTwoOfATenantRunAndAllOfOthers() {
    add(tenant);
    add(tenant);
    add(tenant);
    assertThat(begun).hasSize(2);
    add(UUID.randomUUID());
    assertThat(begun).hasSize(3);
    begun.get(0).complete(null);
    assertThat(begun).hasSize(4);
  }

  @Test
  void losesNoTurnToAFailureOrToWhoLeaves() {
    add(tenant);
    add(tenant);
    add(tenant).cancel();
    add(tenant);
    begun.get(0).completeExceptionally(new IllegalStateException("refused"));
    begun.get(1).complete(null);
    assertThat(begun).hasSize(4);
    begun.get(2).complete(null);
    begun.get(3).complete(null);
    add(tenant);
    add(tenant);
    assertThat(begun).as("both places are free again").hasSize(6);
  }

  private UniAssertSubscriber<Void> add(UUID owner) {
    return queue.run(owner, this::work).subscribe().withSubscriber(UniAssertSubscriber.create());
  }

  private Uni<Void> work() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    begun.add(end);
    return Uni.createFrom().completionStage(end);
  }
}
