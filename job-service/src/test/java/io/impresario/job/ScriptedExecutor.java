package io.impresario.job;

import io.impresario.job.archive.TarMaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The executor of tests that are not about the executor: the real {@code ExecutorHost} with a
 * program that speaks the host's protocol and does what the name of a workflow says, up to the
 * first dash (see {@code src/test/executor/host/main.mjs}). Its workflows are deployed for each
 * tenant.
 */
public final class ScriptedExecutor {
  private static final Path JOURNAL = Path.of("target/data/scripted-runs");

  private static final Path UNABLE = Path.of("target/data/unable");

  private static final String DEPLOY =
      """
      WITH deployed AS (
        INSERT INTO deployment (id, tenant_id, status, entry_point, auto_repair, built_at,
          bundle_entry)
        VALUES (gen_random_uuid(), ?, 'ready', 'index.ts', false, now(), 'index.js')
        RETURNING id, tenant_id
      ), packed AS (
        INSERT INTO archive_chunk (deployment_id, kind, seq, data)
        SELECT id, 'bundle', 0, ? FROM deployed
      ), named AS (
        SELECT gen_random_uuid() AS id, deployed.tenant_id, deployed.id AS deployment_id, name,
               CASE WHEN name LIKE '%-missing' THEN ARRAY['absent']
                    WHEN name LIKE '%-credential' THEN ARRAY['shop']
                    ELSE ARRAY[]::text[] END AS credentials
          FROM deployed CROSS JOIN unnest(string_to_array(?, ' ')) name
      ), served AS (
        INSERT INTO workflow (id, tenant_id, name, deployment_id, deployed_at, version,
          latest_version)
        SELECT id, tenant_id, name, deployment_id, now(), 1, 1 FROM named
      )
      INSERT INTO workflow_version (workflow_id, version, tenant_id, deployment_id, name,
        credential_names, browser)
      SELECT id, 1, tenant_id, deployment_id, name, credentials, '{}' FROM named
      """;

  private static final List<String> WORKFLOWS =
      List.of(
          "echo",
          "echo-1",
          "echo-a",
          "echo-missing",
          "nap",
          "nap-b",
          "hang",
          "hang-b",
          "echo-parked",
          "throw",
          "throw-c",
          "leak-credential",
          "lost",
          "deaf",
          "stuck",
          "clockless");

  private static final byte[] BUNDLE = new TarMaker().file("index.js", "").bytes();

  private ScriptedExecutor() {}

  /** Makes all scripts workflows of this tenant. */
  public static void deployFor(UUID tenant) {
    JobTable.update(DEPLOY, tenant, BUNDLE, String.join(" ", WORKFLOWS));
  }

  /** From here on it launches nothing, or everything again. */
  public static void unable(boolean unable) {
    try {
      if (unable) {
        Files.writeString(UNABLE, "");
      } else {
        Files.deleteIfExists(UNABLE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs that have begun and are not over. */
  public static int running() {
    try {
      return Files.readAllLines(JOURNAL).stream().mapToInt(line -> line.equals("+") ? 1 : -1).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
