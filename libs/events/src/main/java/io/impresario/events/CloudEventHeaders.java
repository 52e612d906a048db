package io.impresario.events;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The header names of CloudEvents 1.0 in Kafka's binary mode, and the ones beside them. */
public final class CloudEventHeaders {
  public static final String SPEC_VERSION = "ce_specversion";
  public static final String ID = "ce_id";
  public static final String TYPE = "ce_type";
  public static final String SOURCE = "ce_source";
  public static final String TIME = "ce_time";
  public static final String SUBJECT = "ce_subject";
  public static final String TENANT_ID = "ce_tenantid";

  /** On events of jobs that a schedule has started. */
  public static final String SCHEDULE_ID = "ce_scheduleid";

  /** On each {@code job-finished}: {@code completed}, {@code failed} or {@code cancelled}. */
  public static final String OUTCOME = "ce_outcome";

  /** On each {@code job-requested}: {@code api}, {@code schedule} or {@code trigger}. */
  public static final String JOB_SOURCE = "ce_jobsource";

  public static final String CONTENT_TYPE = "content-type";
  public static final String TRACEPARENT = "traceparent";

  public static final String DEAD_LETTER_REASON = "dead-letter-reason";
  public static final String DEAD_LETTER_CONSUMER = "dead-letter-consumer";
  public static final String DEAD_LETTER_TOPIC = "dead-letter-topic";
  public static final String DEAD_LETTER_PARTITION = "dead-letter-partition";
  public static final String DEAD_LETTER_OFFSET = "dead-letter-offset";

  /** Bytes of the whole body, on a dead letter that holds only its beginning. */
  public static final String DEAD_LETTER_SIZE = "dead-letter-size";

  private CloudEventHeaders() {}

  /**
   * The headers that every event has; {@code source} is the service's name. Those of {@link
   * EventType#attributes} come beside them.
   */
  public static Map<String, String> of(
      EventType<?> type,
      String id,
      String source,
      Instant time,
      String subject,
      UUID tenantId,
      @Nullable String traceparent) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(SPEC_VERSION, "1.0");
    headers.put(ID, id);
    headers.put(TYPE, type.ceType());
    headers.put(SOURCE, "/impresario/" + source);
    headers.put(TIME, Timestamps.iso(time));
    headers.put(SUBJECT, subject);
    headers.put(TENANT_ID, tenantId.toString());
    headers.put(CONTENT_TYPE, "application/json");
    if (traceparent != null) {
      headers.put(TRACEPARENT, traceparent);
    }
    return headers;
  }
}
