package io.impresario.job.dispatch;

import io.impresario.events.LogLine;
import io.impresario.job.lease.LeaseRenewer;
import io.impresario.job.logline.LogLineProducer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BooleanSupplier;

/**
 * Lets lines through only while the lease of their job is certainly ours. After a pause of this
 * process they wait for the next renewal, and are dropped when it finds the job taken away.
 */
@ApplicationScoped
class FencedLogLines implements JobRun.LogLines {
  private final LeaseRenewer renewer;
  private final LogLineProducer producer;

  FencedLogLines(LeaseRenewer renewer, LogLineProducer producer) {
    this.renewer = renewer;
    this.producer = producer;
  }

  @Override
  public void take(ClaimedJob job, LogLine line, BooleanSupplier stillOurs, Runnable taken) {
    renewer.whenFresh(
        () -> {
          if (stillOurs.getAsBoolean()) {
            producer.send(line, job.traceparent(), taken);
          } else {
            taken.run();
          }
        });
  }
}
