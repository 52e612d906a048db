package io.impresario.acceptance;

import java.util.Map;

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

  /**
   * Does as its input says, and tells a witness that it began, that it lives, that it returned.
   * Returns early when the witness says so (205).
   */
  private static final String ACTOR =
      """
      export const actor = {
        [Symbol.for("libretto.workflow")]: true,
        name: "actor",
        async run(context, input) {
          const about = "?job=" + context.session + "&run=" + crypto.randomUUID();
          const tell = (what) => fetch(input.witness + "/" + what + about).catch(() => {});
          await tell("began");
          let enough;
          const released = new Promise((resolve) => (enough = resolve));
          const live = async () => (await tell("lives"))?.status === 205 && enough();
          const beat = setInterval(live, 250);
          try {
            for (let line = 1; line <= (input.lines ?? 0); line++) {
              console.log("line " + line);
            }
            if (input.page) {
              await context.page.setContent("<p>here</p>");
            }
            if (input.says) {
              setInterval(() => console.log("still here " + Date.now()), 200);
            }
            const over = new Promise((resolve) => setTimeout(resolve, input.milliseconds));
            await Promise.race([over, released]);
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

  private static final String SLOW =
      """
      await new Promise((resolve) => setTimeout(resolve, 4000));
      export const slow = {
        [Symbol.for("libretto.workflow")]: true,
        name: "slow",
        async run() {
          return "built";
        },
      };
      """;

  private Bundles() {}

  static String actor() {
    return Tarball.of(
        Map.of("package.json", "{\"name\": \"actor\", \"type\": \"module\"}", "index.ts", ACTOR));
  }

  /** Its build takes as long as its module takes to load. */
  static String slowToBuild() {
    return Tarball.of(
        Map.of("package.json", "{\"name\": \"slow\", \"type\": \"module\"}", "index.ts", SLOW));
  }

  static String source() {
    return Tarball.of(
        Map.of("package.json", PACKAGE, "index.ts", INDEX, "steps/broken.ts", BROKEN));
  }
}
