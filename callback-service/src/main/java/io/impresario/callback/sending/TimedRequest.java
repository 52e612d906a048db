package io.impresario.callback.sending;

import io.impresario.callback.retry.RetryAfter;
import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.Gone;
import io.impresario.callback.sending.AttemptOutcome.Rejected;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer within one time limit. The status decides; an answer that is too long
 * or too slow after its status is cut off where it is, and the connection with it.
 */
final class TimedRequest {

  private final Vertx vertx;
  private final SendingConfig config;
  private final Clock clock;
  private final Promise<AttemptOutcome> outcome = Promise.promise();
  private final Buffer beginning = Buffer.buffer();
  private final long timer;
  private volatile @Nullable HttpClientRequest request;
  private volatile @Nullable HttpClientResponse response;

  TimedRequest(Vertx vertx, SendingConfig config, Clock clock) {
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    this.timer = vertx.setTimer(config.timeout().toMillis(), id -> outOfTime());
  }

  Future<AttemptOutcome> outcome() {
    return outcome.future();
  }

  boolean hasEnded() {
    return outcome.future().isComplete();
  }

  void run(HttpClientRequest sent, Buffer body) {
    request = sent;
    if (hasEnded()) {
      sent.reset();
      return;
    }
    sent.response().onSuccess(this::read).onFailure(this::failed);
    // A target may answer before it has read the whole body: only the response decides.
    sent.end(body);
  }

  void end(AttemptOutcome ended) {
    if (outcome.tryComplete(ended)) {
      vertx.cancelTimer(timer);
    }
  }

  private void read(HttpClientResponse answer) {
    response = answer;
    answer.exceptionHandler(failure -> end(byStatus(answer)));
    answer.endHandler(end -> end(byStatus(answer)));
    answer.handler(
        part -> {
          int room = config.answerLimit() - beginning.length();
          beginning.appendBuffer(part, 0, Math.min(room, part.length()));
          if (part.length() > room) {
            end(byStatus(answer));
            answer.request().reset();
          }
        });
  }

  private void failed(Throwable failure) {
    HttpClientResponse answered = response;
    end(
        answered != null
            ? byStatus(answered)
            : new Unreachable("no answer: " + Reasons.of(failure)));
  }

  private void outOfTime() {
    HttpClientResponse answered = response;
    end(
        answered != null
            ? byStatus(answered)
            : new Unreachable("no answer within " + config.timeout().toSeconds() + " s"));
    HttpClientRequest running = request;
    if (running != null) {
      running.reset();
    }
  }

  private AttemptOutcome byStatus(HttpClientResponse answered) {
    int status = answered.statusCode();
    Answer answer = new Answer(beginning.copy());
    if (status >= 200 && status < 300) {
      return new Delivered(status, answer);
    }
    if (status == 410) {
      return new Gone(answer);
    }
    return new Rejected(
        status, answer, RetryAfter.parse(answered.getHeader("retry-after"), clock.instant()));
  }
}
