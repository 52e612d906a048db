package io.impresario.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Requests that are almost valid: a seeded stream of mutations of valid inputs for every procedure
 * of the API. The same seed gives the same stream.
 */
public final class RequestFuzz {
  /** One request; {@code path} and header values are sendable, the body is any bytes. */
  public record Mutated(String method, String path, Map<String, String> headers, byte[] body) {}

  private static final String ID = "\"0197fe50-0000-7000-8000-000000000001\"";
  private static final String JOB =
      "\"workflow\":\"prices\",\"params\":{\"a\":1,\"b\":[true,null]},\"nonce\":\"n\","
          + "\"timeout_seconds\":60,\"callback_url\":\"https://example.org/hook\","
          + "\"callback_secret\":\"s3cret\",\"skip_callbacks\":true,"
          + "\"residential_proxy\":{\"country\":\"US\",\"state\":\"CA\"},\"headless\":true,"
          + "\"start_url\":\"https://example.org/\",\"viewport\":{\"width\":800,\"height\":600}";
  private static final String SCHEDULE =
      JOB + ",\"cron_expr\":\"0 9 * * 1-5\",\"timezone\":\"Europe/Berlin\",\"enabled\":false";
  private static final String HOOK =
      "\"url\":\"https://example.org/hook\",\"signing_secret\":\"s3cret\",\"description\":\"d\"";

  /** A valid input of each procedure, without its braces. */
  private static final Map<String, String> SOUND = sound();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "1e10000",
          "9".repeat(1001),
          "123456789012345678901234567890",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[[[[]]]]",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"../../etc/passwd\"",
          "\"' OR 1=1 --\"",
          "\"2026-02-30T25:00:00Z\"",
          "NaN",
          "nul",
          "{\"a\":1,\"a\":2}",
          "\"" + "y".repeat(3000) + "\"",
          ID,
          "\"info\"",
          "\"* * * * *\"",
          "\"http://127.0.0.1/\"",
          "\"file:///etc/passwd\"",
          "9007199254740993",
          "-0",
          "[1,2,3]");
  private static final List<String> NAMES =
      List.of("__proto__", "constructor", "timeout_secnds", "", "é", "\\u0000", "toString", "json");
  private static final List<String> METAS =
      List.of(
          "[[0,\"limit\"]]",
          "[[1,\"params\"]]",
          "[[2,\"timeout_seconds\"]]",
          "[[3,\"nonce\"]]",
          "[[3]]",
          "[[4,\"url\"]]",
          "[[5,\"name\"]]",
          "[[6,\"params\"]]",
          "[[7,\"params\",\"b\"]]",
          "[[9]]",
          "{}",
          "[1]",
          "[[3,\"no\",\"such\"]]",
          "null",
          "[]",
          "[[0,\"params\",\"a\"]]");
  private static final List<String> CONTENT_TYPES =
      List.of(
          "text/plain", "application/json; charset=utf-8", "application/xml", "a", "multipart/x");
  private static final List<String> METHODS = List.of("GET", "PUT", "DELETE", "OPTIONS", "PATCH");

  private final Random random;
  private final List<String> paths = List.copyOf(SOUND.keySet());

  public RequestFuzz(long seed) {
    this.random = new Random(seed);
  }

  /** Every path that requests are made for. */
  public List<String> paths() {
    return paths;
  }

  public Mutated next() {
    String path = pick(paths);
    String fields = SOUND.getOrDefault(path, "");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    String method = "POST";
    byte[] body = envelope(fields(fields)).getBytes(UTF_8);
    switch (random.nextInt(12)) {
      case 0 -> body = damaged(body);
      case 1 -> body = new byte[0];
      case 2 -> body = garbage();
      case 3 -> headers.put("content-type", pick(CONTENT_TYPES));
      case 4 -> method = pick(METHODS);
      case 5 -> path = changedPath(path);
      case 6 -> headers.put("x-request-id", pick(List.of("ok-1", "{}", "x".repeat(500))));
      case 7 -> headers.put("accept", "text/html");
      default -> headers.put("origin", "https://example.org");
    }
    return new Mutated(method, path, headers, method.equals("POST") ? body : new byte[0]);
  }

  private String envelope(String fields) {
    String json = "{" + fields + "}";
    return switch (random.nextInt(8)) {
      case 0 -> "{\"json\":" + json + ",\"meta\":" + pick(METAS) + "}";
      case 1 -> json;
      case 2 -> "{\"json\":" + pick(VALUES) + "}";
      default -> "{\"json\":" + json + "}";
    };
  }

  /** Some of the sound fields, some with another value, sometimes strangers among them. */
  private String fields(String soundFields) {
    List<String> fields = new ArrayList<>();
    for (String field : split(soundFields)) {
      int fate = random.nextInt(5);
      String name = field.substring(0, field.indexOf(':'));
      if (fate == 0) {
        fields.add(name + ":" + pick(VALUES));
      } else if (fate != 1) {
        fields.add(field);
      }
    }
    if (random.nextInt(4) == 0) {
      fields.add("\"" + pick(NAMES) + "\":" + pick(VALUES));
    }
    return String.join(",", fields);
  }

  private byte[] damaged(byte[] body) {
    byte[] changed = body.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  private byte[] garbage() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(200); i >= 0; i--) {
      bytes.write(random.nextInt(256));
    }
    return bytes.toByteArray();
  }

  private String changedPath(String path) {
    return switch (random.nextInt(6)) {
      case 0 -> path + "/";
      case 1 -> path.toUpperCase(Locale.ROOT);
      case 2 -> path.replaceFirst("/", "//");
      case 3 -> path + "?a=b";
      case 4 -> path.substring(0, 1 + random.nextInt(path.length() - 1));
      default -> path + "%00";
    };
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** The members of an object's inside, at its commas that are not nested. */
  private static List<String> split(String fields) {
    List<String> members = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < fields.length(); i++) {
      char unit = fields.charAt(i);
      if (unit == '{' || unit == '[') {
        depth++;
      } else if (unit == '}' || unit == ']') {
        depth--;
      } else if (unit == ',' && depth == 0) {
        members.add(fields.substring(start, i));
        start = i + 1;
      }
    }
    if (start < fields.length()) {
      members.add(fields.substring(start));
    }
    return members;
  }

  private static Map<String, String> sound() {
    Map<String, String> sound = new LinkedHashMap<>();
    String id = "\"id\":" + ID;
    String page = "\"limit\":10,\"cursor\":\"AAAA\"";
    put(
        sound,
        id,
        "jobs/get",
        "jobs/cancel",
        "jobs/debugReport",
        "jobs/events",
        "jobs/explain",
        "jobs/watch",
        "deployments/sync",
        "schedules/get",
        "schedules/delete",
        "schedules/trigger",
        "webhooks/delete",
        "webhooks/test",
        "credentials/delete");
    sound.put("/v1/jobs/create", JOB);
    put(sound, "\"status\":\"completed\",\"workflow\":\"w\"," + page, "jobs/list");
    put(sound, id + ",\"timeout_seconds\":0", "jobs/wait");
    put(
        sound,
        "\"jobId\":"
            + ID
            + ",\"level\":\"info\",\"limit\":5,\"pageToken\":\"AA\",\"order\":\"asc\"",
        "logs/list");
    sound.put("/v1/schedules/create", SCHEDULE);
    put(sound, id + "," + SCHEDULE, "schedules/update");
    put(sound, "\"enabled\":true,\"workflow\":\"w\"," + page, "schedules/list");
    put(sound, id + "," + page, "schedules/occurrences");
    put(sound, "\"cron_expr\":\"0 0 * * *\",\"timezone\":\"UTC\",\"count\":3", "schedules/preview");
    put(sound, HOOK, "webhooks/create");
    put(sound, id + ",\"active\":false," + HOOK, "webhooks/update");
    put(
        sound,
        "",
        "webhooks/list",
        "credentials/list",
        "workflows/list",
        "deployments/list",
        "browserProfiles/list");
    put(
        sound,
        "\"code_sharing_enabled\":true,\"debug_notification_email\":\"a@example.com\"",
        "tenant/settings");
    put(sound, "\"job_id\":" + ID, "recordings/get");
    put(sound, "\"job_id\":" + ID + ",\"state\":\"delivered\"," + page, "webhooks/deliveries");
    put(sound, "\"delivery_id\":" + ID, "webhooks/attempts", "webhooks/redeliver");
    put(sound, id + ",\"signing_secret\":\"new\",\"grace_seconds\":60", "webhooks/rotateSecret");
    put(
        sound,
        "\"source\":\"H4sIAAAAAAAAAw==\",\"entry_point\":\"index.ts\",\"description\":\"d\"",
        "deployments/create");
    put(sound, "\"workflow\":\"prices\"", "workflows/get", "workflows/delete");
    put(sound, "\"name\":\"n\",\"value\":\"v\"", "credentials/create", "credentials/upsert");
    put(
        sound,
        "\"name\":\"n\"",
        "credentials/get",
        "browserProfiles/ensure",
        "browserProfiles/delete");
    put(sound, id + ",\"name\":\"n\",\"value\":\"v\"", "credentials/update");
    put(sound, "\"event\":\"run\",\"properties\":{}", "telemetry/recordCliEvent");
    sound.put("/api/auth/api-key/create", "\"name\":\"n\",\"scopes\":[\"read\"],\"expiresIn\":9");
    sound.put("/api/auth/api-key/delete", "\"keyId\":" + ID);
    put(sound, "\"name\":\"t\"", "admin/tenants/create");
    put(sound, "\"tenant_id\":" + ID, "admin/tenants/suspend", "admin/tenants/resume");
    put(
        sound,
        "\"tenant_id\":" + ID + ",\"name\":\"k\",\"requests_per_second\":5,\"burst\":9",
        "admin/keys/issue");
    put(sound, page, "admin/tenants/list", "admin/audit/list");
    put(sound, "\"tenant_id\":" + ID, "admin/limits/get");
    put(sound, "\"tenant_id\":" + ID + ",\"max_running\":5,\"max_queued\":9", "admin/limits/set");
    return sound;
  }

  private static void put(Map<String, String> sound, String fields, String... procedures) {
    for (String procedure : procedures) {
      sound.put("/v1/" + procedure, fields);
    }
  }
}
