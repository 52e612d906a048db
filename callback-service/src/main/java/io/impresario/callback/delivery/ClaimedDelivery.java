package io.impresario.callback.delivery;

import io.impresario.callback.message.CallbackEvent;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that this process may attempt until its lease ends.
 *
 * @param claim its fence, and the attempt's number
 * @param url of the job's own callback, or the endpoint's current one
 * @param weight units of its budget
 * @param failures since the retry plan was started
 * @param signing sealed secrets; null when the endpoint was deleted
 * @param endpointActive false for an endpoint that was switched off or deleted
 */
record ClaimedDelivery(
    UUID id,
    int claim,
    UUID tenantId,
    @Nullable UUID jobId,
    @Nullable UUID endpointId,
    String event,
    String url,
    Lane lane,
    int weight,
    int failures,
    Buffer body,
    @Nullable SealedSigning signing,
    boolean endpointActive) {

  /** Whether somebody asked for it to see the endpoint work; then it is tried once. */
  boolean isTest() {
    return event.equals(CallbackEvent.TEST.wireName());
  }

  /**
   * The lane that the delivery waits in.
   *
   * @param large whether it is the lane of the target's large bodies
   * @param width attempts that the lane may have under way
   */
  record Lane(String name, boolean large, int width) {}

  /** What signs it, as it lies in the database. */
  record SealedSigning(String current, List<String> previous) {}
}
