package io.impresario.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Projects that were not written for the demo. */
final class Bundles {
  private static final String INDEX =
      """
      import ms from "ms";
      import { brokenStep } from "./steps/broken.js";

      const marker = Symbol.for("libretto.workflow");

      export const reader = {
        [marker]: true,
        name: "reader",
        async run({ page }: { page: any }, input: { text: string }) {
          console.log("reading");
          await page.setContent(`<h1>${input.text}</h1>`);
          console.warn("nearly done");
          return { heading: await page.textContent("h1"), minute: ms("1m") };
        },
      };

      export const thrower = {
        [marker]: true,
        name: "thrower",
        async run() {
          return brokenStep({ depth: 3 });
        },
      };

      export const sleeper = {
        [marker]: true,
        name: "sleeper",
        async run({ page }: { page: any }, input: { milliseconds: number }) {
          await page.setContent("<p>waiting</p>");
          console.log("asleep");
          await new Promise((resolve) => setTimeout(resolve, input.milliseconds));
          console.log("awake");
          return { slept: input.milliseconds };
        },
      };
      """;

  private static final String BROKEN =
      """
      export interface Step { depth: number }

      export function brokenStep(step: Step): never {
        const message = `broken at ${step.depth}`;
        throw new Error(message);
      }
      """;

  private static final String PACKAGE =
      """
      {"name": "acceptance", "version": "1.0.0", "type": "module", "dependencies": {"ms": "2.1.3"}}
      """;

  /** Does as its input says, and tells a witness that it began, that it lives, that it returned. */
  private static final String ACTOR =
      """
      export const actor = {
        [Symbol.for("libretto.workflow")]: true,
        name: "actor",
        async run(context, input) {
          const about = "?job=" + context.session + "&run=" + crypto.randomUUID();
          const tell = (what) => fetch(input.witness + "/" + what + about).catch(() => {});
          await tell("began");
          const beat = setInterval(() => tell("lives"), 250);
          try {
            if (input.page) {
              await context.page.setContent("<p>here</p>");
            }
            if (input.says) {
              setInterval(() => console.log("still here " + Date.now()), 200);
            }
            await new Promise((resolve) => setTimeout(resolve, input.milliseconds));
            if (input.throws) {
              throw new Error("as told");
            }
            return { about };
          } finally {
            clearInterval(beat);
            await tell("returned");
          }
        },
      };
      """;

  private Bundles() {}

  static String actor() {
    return pack(
        Map.of("package.json", "{\"name\": \"actor\", \"type\": \"module\"}", "index.ts", ACTOR));
  }

  static String source() {
    return pack(Map.of("package.json", PACKAGE, "index.ts", INDEX, "steps/broken.ts", BROKEN));
  }

  private static String pack(Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
