package io.impresario.rpc;

import io.impresario.rpc.json.JsonValue;
import io.impresario.rpc.json.JsonValue.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every reader of an object shares: which fields there are, which were asked for, and the
 * issues found so far, kept in one list for all readers of a request.
 */
abstract sealed class CheckedFields permits Input {
  private final Map<String, JsonValue> members;
  private final List<Object> path;
  private final List<Issue> issues;
  private final Set<String> known = new TreeSet<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<Input> nested = new ArrayList<>();

  CheckedFields(Map<String, JsonValue> members, List<Object> path, List<Issue> issues) {
    this.members = members;
    this.path = path;
    this.issues = issues;
  }

  /** Whether the field is there at all, {@code null} included. */
  public final boolean has(String field) {
    known.add(field);
    return members.containsKey(field);
  }

  public final boolean isNull(String field) {
    JsonValue value = find(field);
    return value != null && value.kind() == Kind.NULL;
  }

  /** Notes an issue whose path is relative to this object. */
  public final void issue(Issue issue) {
    issues.add(path.isEmpty() ? issue : issue.under(path));
  }

  /** Whether everything read so far keeps its rules, for checks that build on others. */
  public final boolean valid() {
    return issues.isEmpty();
  }

  /**
   * @throws RpcException 400 with all issues, if there are any
   */
  public final void check() {
    if (!issues.isEmpty()) {
      throw RpcException.validation(issues);
    }
  }

  /** Warns of a field that is sound but has no effect, in a short sentence in ASCII. */
  public final void warn(String remark) {
    remarks.add(remark);
  }

  /** The remarks, and one sentence for each field that nobody has asked for. */
  public final List<String> warnings() {
    List<String> unknown = Warnings.of(members.keySet(), known, path, nested);
    return Stream.concat(remarks.stream(), unknown.stream()).toList();
  }

  final @Nullable JsonValue find(String field) {
    known.add(field);
    return members.get(field);
  }

  final String text(String field, JsonValue value, int min, int max) {
    return text(List.of(field), value, min, max);
  }

  final String text(List<?> at, JsonValue value, int min, int max) {
    if (value.kind() != Kind.STRING && value.kind() != Kind.DATE) {
      issue(Issue.invalidType(at, "string", value.kind().zodName()));
      return "";
    }
    String text = value.text();
    if (text.length() < min) {
      issue(Issue.textTooShort(at, min));
    }
    if (text.length() > max) {
      issue(Issue.textTooLong(at, max));
    }
    return text;
  }

  final boolean isText(String field) {
    JsonValue value = members.get(field);
    return value != null && (value.kind() == Kind.STRING || value.kind() == Kind.DATE);
  }

  final void typeIssue(String field, String expected, @Nullable JsonValue value) {
    String received = value == null ? "undefined" : value.kind().zodName();
    issue(Issue.invalidType(List.of(field), expected, received));
  }

  final <T> T missing(String field, String expected, T standIn) {
    issue(Issue.invalidType(List.of(field), expected, "undefined"));
    return standIn;
  }

  final List<Object> pathTo(String field) {
    List<Object> inner = new ArrayList<>(path);
    inner.add(field);
    return inner;
  }

  final List<Issue> issues() {
    return issues;
  }

  /** Makes the warnings of a nested reader part of this one's. */
  final void watch(Input reader) {
    nested.add(reader);
  }
}
