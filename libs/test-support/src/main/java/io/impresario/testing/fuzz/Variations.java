package io.impresario.testing.fuzz;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Records that differ from a full one in one component each, whatever components it has and however
 * deep: for laws that have to hold for every component, also for one that is added later.
 */
public final class Variations {
  private Variations() {}

  /**
   * By the path of the component, e.g. {@code browser.viewport.width}.
   *
   * @param full without a null anywhere: a component that is null has nothing to differ from
   */
  public static <R extends Record> Map<String, R> of(R full) {
    Map<String, R> found = new LinkedHashMap<>();
    vary("", full).forEach((path, value) -> found.put(path, same(full, value)));
    return found;
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> R same(R full, Object value) {
    return (R) full.getClass().cast(value);
  }

  private static Map<String, Object> vary(String prefix, Object record) {
    Map<String, Object> found = new LinkedHashMap<>();
    RecordComponent[] components = record.getClass().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      int index = i;
      String path = prefix + components[i].getName();
      Object value = Objects.requireNonNull(read(components[i], record), path);
      if (value instanceof Record) {
        vary(path + ".", value).forEach((p, v) -> found.put(p, with(record, index, v)));
      } else {
        found.put(path, with(record, index, other(value)));
      }
    }
    return found;
  }

  private static Object other(Object value) {
    if (value instanceof Boolean flag) {
      return !flag;
    }
    if (value instanceof Integer number) {
      return number + 1;
    }
    if (value instanceof String text) {
      return text + "x";
    }
    throw new IllegalArgumentException("how does a " + value.getClass() + " differ?");
  }

  private static Object with(Object record, int index, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = Arrays.stream(components).map(c -> read(c, record)).toArray();
    values[index] = value;
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return record.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("records have their canonical constructor", e);
    }
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("record accessors are public", e);
    }
  }
}
