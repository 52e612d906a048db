package io.impresario.rpc;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One broken rule of an input, in the shape of a Zod 3 issue: {@code code}, {@code path}, {@code
 * message} and what belongs to the code. Path elements are strings (fields) and integers
 * (positions).
 */
public record Issue(
    String code, List<Object> path, String message, @JsonIgnore Map<String, Object> details) {

  public Issue {
    path = List.copyOf(path);
  }

  @JsonAnyGetter
  Map<String, Object> spread() {
    return details;
  }

  /** The same issue under {@code prefix}. */
  public Issue under(List<Object> prefix) {
    List<Object> whole = new ArrayList<>(prefix);
    whole.addAll(path);
    return new Issue(code, whole, message, details);
  }

  /** A rule of ours that Zod has no code for. */
  public static Issue custom(List<?> path, String message) {
    return of("custom", path, message);
  }

  public static Issue custom(String field, String message) {
    return custom(List.of(field), message);
  }

  /**
   * @param received the kind that came; {@code undefined} when nothing did
   */
  public static Issue invalidType(List<?> path, String expected, String received) {
    String message =
        received.equals("undefined")
            ? "Required"
            : "Expected " + expected + ", received " + received;
    return of("invalid_type", path, message, "expected", expected, "received", received);
  }

  public static Issue required(String field, String expected) {
    return invalidType(List.of(field), expected, "undefined");
  }

  /**
   * @param validation what the text is not: {@code uuid}, {@code url}, {@code regex}, {@code
   *     datetime} …
   */
  public static Issue invalidString(List<?> path, String validation, String message) {
    return of("invalid_string", path, message, "validation", validation);
  }

  public static Issue invalidString(String field, String validation, String message) {
    return invalidString(List.of(field), validation, message);
  }

  public static Issue invalidEnumValue(List<?> path, List<String> options, String received) {
    String message =
        "Invalid enum value. Expected " + quoted(options) + ", received '" + received + "'";
    return of("invalid_enum_value", path, message, "received", received, "options", options);
  }

  /** How Zod names the type of an enum: {@code 'a' | 'b'}. */
  static String quoted(List<String> options) {
    return options.stream().map(option -> "'" + option + "'").collect(Collectors.joining(" | "));
  }

  public static Issue textTooShort(List<?> path, long minimum) {
    return bound(
        "too_small",
        path,
        "minimum",
        minimum,
        "string",
        "String must contain at least " + minimum + " character(s)");
  }

  public static Issue textTooLong(List<?> path, long maximum) {
    return bound(
        "too_big",
        path,
        "maximum",
        maximum,
        "string",
        "String must contain at most " + maximum + " character(s)");
  }

  public static Issue numberTooSmall(List<?> path, long minimum) {
    return bound(
        "too_small",
        path,
        "minimum",
        minimum,
        "number",
        "Number must be greater than or equal to " + minimum);
  }

  public static Issue numberTooBig(List<?> path, long maximum) {
    return bound(
        "too_big",
        path,
        "maximum",
        maximum,
        "number",
        "Number must be less than or equal to " + maximum);
  }

  public static Issue arrayTooBig(List<?> path, long maximum) {
    return bound(
        "too_big",
        path,
        "maximum",
        maximum,
        "array",
        "Array must contain at most " + maximum + " element(s)");
  }

  /** A JSON value whose text is too long; Zod has no type for it, so the type is ours. */
  public static Issue jsonTooBig(List<?> path, long maximumBytes) {
    return bound(
        "too_big",
        path,
        "maximum",
        maximumBytes,
        "object",
        "JSON must have at most " + maximumBytes + " byte(s)");
  }

  private static Issue bound(
      String code, List<?> path, String bound, long value, String type, String message) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(bound, value);
    details.put("type", type);
    details.put("inclusive", true);
    details.put("exact", false);
    return new Issue(code, List.copyOf(path), message, details);
  }

  private static Issue of(String code, List<?> path, String message, Object... details) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < details.length; i += 2) {
      named.put((String) details[i], details[i + 1]);
    }
    return new Issue(code, List.copyOf(path), message, named);
  }
}
