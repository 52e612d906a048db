package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to event records and back. Field names are snake_case, times are ISO-8601 UTC with
 * milliseconds, absent optional fields are left out, unknown fields are ignored (additive
 * evolution). Thread-safe.
 */
public final class EventCodec {
  private static final ObjectMapper MAPPER = mapper();

  /** Looked up once per record class: log lines are decoded by the ten thousand a second. */
  private static final ClassValue<List<RecordComponent>> REQUIRED =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> record) {
          return Arrays.stream(record.getRecordComponents())
              .filter(EventCodec::isRequired)
              .toList();
        }
      };

  /** The components that are records themselves; most events have none. */
  private static final ClassValue<List<RecordComponent>> RECORDS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> record) {
          return Arrays.stream(record.getRecordComponents())
              .filter(component -> component.getType().isRecord())
              .filter(component -> component.getType() != JsonText.class)
              .toList();
        }
      };

  private EventCodec() {}

  public static <T> byte[] encode(EventType<T> type, T event) {
    try {
      return MAPPER.writerFor(type.record()).writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("event of type " + type + " cannot be written", e);
    }
  }

  /**
   * @throws UndecodableEvent when the bytes are not a complete event of that type
   */
  public static <T> T decode(EventType<T> type, byte[] body) {
    try {
      T event =
          MAPPER.readerFor(type.record()).withAttribute(JsonText.SOURCE, body).readValue(body);
      if (event == null) {
        throw new UndecodableEvent("the body of a " + type + " is null", null);
      }
      requireComplete(type.toString(), event);
      return event;
    } catch (IOException e) {
      throw new UndecodableEvent("not a " + type + ": " + firstLine(e), e);
    }
  }

  /** A component that is not marked nullable must be there, also in the records inside. */
  private static void requireComplete(String path, Object event) {
    for (RecordComponent component : REQUIRED.get(event.getClass())) {
      if (read(component, event) == null) {
        throw new UndecodableEvent("a " + path + " lacks " + component.getName(), null);
      }
    }
    for (RecordComponent component : RECORDS.get(event.getClass())) {
      Object inner = read(component, event);
      if (inner != null) {
        requireComplete(path + "." + component.getName(), inner);
      }
    }
  }

  private static boolean isRequired(RecordComponent component) {
    return !component.getType().isPrimitive()
        && Arrays.stream(component.getAnnotatedType().getAnnotations())
            .noneMatch(a -> a.annotationType().getSimpleName().equals("Nullable"));
  }

  private static @Nullable Object read(RecordComponent component, Object event) {
    try {
      return component.getAccessor().invoke(event);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("record accessors are public", e);
    }
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  private static ObjectMapper mapper() {
    SimpleModule millis = new SimpleModule();
    millis.addSerializer(
        Instant.class,
        new StdSerializer<>(Instant.class) {
          private static final long serialVersionUID = 1L;

          @Override
          public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeString(Timestamps.iso(value));
          }
        });
    ObjectMapper mapper =
        JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(millis)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    mapper
        .getFactory()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(JsonLimits.MAX_BYTES).build());
    return mapper;
  }
}
